package dev.understudy.demo;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What an endpoint of the sample API answers. It keeps nothing: every order is there, and none is remembered. */
final class PizzaShack {

    /** @param members of the JSON object that is the body */
    record Answer(int status, Map<String, Object> members, Map<String, String> headers) {}

    /** One method on the paths of production and sandbox. */
    private record Served(String method, Pattern path, Function<QueryStringDecoder, Answer> answer) {}

    private static final List<Map<String, Object>> PIZZAS = List.of(
            pizza("Margherita", "Tomato, mozzarella, basil", 8.5),
            pizza("Marinara", "Tomato, garlic, oregano", 7.5),
            pizza("Funghi", "Tomato, mozzarella, mushrooms", 9.5),
            pizza("Quattro Formaggi", "Mozzarella, gorgonzola, fontina, parmesan", 10.5));

    private static final List<Map<String, Object>> PETS =
            List.of(pet("Basil", "available"), pet("Olive", "available"), pet("Caper", "pending"), pet("Salt", "sold"));

    private static final List<Served> ALL = List.of(
            served("GET", "/(v2|sandbox)/menu", target -> ok(Map.of("pizzas", PIZZAS))),
            served("GET", "/(v2|sandbox)/hours", target -> ok(members("opens", "11:00", "closes", "23:00"))),
            served(
                    "POST",
                    "/(v2|sandbox)/order",
                    target -> placed(UUID.randomUUID().toString())),
            served("GET", "/(v2|sandbox)/order/[^/]+", target -> order(target, "in the oven")),
            served("PUT", "/(v2|sandbox)/order/[^/]+", target -> order(target, "changed")),
            served("DELETE", "/(v2|sandbox)/order/[^/]+", target -> order(target, "cancelled")),
            served("GET", "/(v1|sandbox)/pet/findByStatus", PizzaShack::pets));

    private PizzaShack() {}

    /** @param target of the request, as it came */
    static Answer answer(String method, String target) {
        QueryStringDecoder decoded = new QueryStringDecoder(target);
        List<Served> there = ALL.stream()
                .filter(served -> served.path.matcher(decoded.rawPath()).matches())
                .toList();
        if (there.isEmpty()) {
            return new Answer(404, Map.of("error", "There is nothing here"), Map.of());
        }
        return there.stream()
                .filter(served -> served.method.equals(method))
                .findFirst()
                .map(served -> answer(served, decoded))
                .orElseGet(() -> otherMethod(there));
    }

    private static Answer answer(Served served, QueryStringDecoder target) {
        try {
            Answer answer = served.answer.apply(target);
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("environment", target.rawPath().startsWith("/sandbox/") ? "sandbox" : "production");
            members.putAll(answer.members);
            return new Answer(answer.status, members, answer.headers);
        } catch (IllegalArgumentException e) {
            return new Answer(400, Map.of("error", "The target has an escape that is none"), Map.of());
        }
    }

    private static Answer otherMethod(List<Served> there) {
        String allowed = there.stream().map(Served::method).collect(Collectors.joining(", "));
        return new Answer(405, Map.of("error", "Allowed here: " + allowed), Map.of("Allow", allowed));
    }

    private static Answer placed(String id) {
        return new Answer(201, members("orderId", id, "status", "placed"), Map.of("Location", "order/" + id));
    }

    private static Answer order(QueryStringDecoder target, String status) {
        String path = target.path();
        return ok(members("orderId", path.substring(path.indexOf("/order/") + "/order/".length()), "status", status));
    }

    private static Answer pets(QueryStringDecoder target) {
        List<String> statuses = target.parameters().getOrDefault("status", List.of());
        return ok(Map.of(
                "pets",
                PETS.stream()
                        .filter(pet -> statuses.isEmpty() || statuses.contains(pet.get("status")))
                        .toList()));
    }

    private static Answer ok(Map<String, Object> members) {
        return new Answer(200, members, Map.of());
    }

    private static Served served(String method, String path, Function<QueryStringDecoder, Answer> answer) {
        return new Served(method, Pattern.compile(path), answer);
    }

    private static Map<String, Object> pizza(String name, String description, double price) {
        Map<String, Object> pizza = members("name", name, "description", description);
        pizza.put("price", price);
        return pizza;
    }

    private static Map<String, Object> pet(String name, String status) {
        return members("name", name, "status", status);
    }

    // In this order.
    private static Map<String, Object> members(String first, String value, String second, String other) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(first, value);
        members.put(second, other);
        return members;
    }
}
