package dev.understudy.settings;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;

/**
 * What the reference says of one key. Names, types and defaults are those of the records; the meanings stand in their
 * Javadoc, which is read from the source.
 *
 */
record KeyReference(String name, String type, String defaultValue, String meaning) {

    private static final Path SOURCE = Path.of("src/main/java/dev/understudy/settings/UnderstudyProperties.java");
    private static final Pattern DOCUMENTED_RECORD = Pattern.compile(
            "/\\*\\*((?:(?!\\*/).)*)\\*/(?:\\s*@\\w+(?:\\([^)]*\\))?)*\\s*public record (\\w+)", Pattern.DOTALL);
    private static final Pattern PARAM = Pattern.compile("@param (\\w+) ([^@]*)");

    static List<KeyReference> all() {
        List<KeyReference> keys = new ArrayList<>();
        collect("understudy", UnderstudyProperties.class, meanings(), keys);
        keys.sort(Comparator.comparing(KeyReference::name));
        return keys;
    }

    static String table(List<KeyReference> keys) {
        StringBuilder table = new StringBuilder("| key | type | default | meaning |\n|---|---|---|---|\n");
        for (KeyReference key : keys) {
            table.append("| `%s` | %s | %s | %s |\n".formatted(key.name, key.type, key.defaultValue, key.meaning));
        }
        return table.toString();
    }

    private static void collect(String prefix, Class<?> type, Map<String, String> meanings, List<KeyReference> keys) {
        Parameter[] parameters = type.getDeclaredConstructors()[0].getParameters();
        RecordComponent[] components = type.getRecordComponents();
        for (int i = 0; i < components.length; i++) {
            String name = prefix + "." + kebab(components[i].getName());
            Class<?> raw = components[i].getType();
            Type element = elementOf(components[i].getGenericType());
            if (raw.isRecord()) {
                collect(name, raw, meanings, keys);
            } else if (element instanceof Class<?> listed && listed.isRecord()) {
                collect(name + "[]", listed, meanings, keys);
            } else {
                String meaning = meanings.getOrDefault(type.getSimpleName() + "." + components[i].getName(), "");
                keys.add(new KeyReference(
                        name, typeOf(components[i], parameters[i]), defaultOf(parameters[i]), meaning));
            }
        }
    }

    private static String typeOf(RecordComponent component, AnnotatedElement parameter) {
        Type element = elementOf(component.getGenericType());
        if (element instanceof Class<?> listed) {
            return "list of " + plural(listed);
        }
        return single(component.getType()) + range(parameter);
    }

    private static String plural(Class<?> type) {
        return type.isEnum()
                ? single(type)
                : single(type).replace("number", "numbers").replace("text", "texts");
    }

    private static String single(Class<?> type) {
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .map(value ->
                            "`" + value.toString().toLowerCase(Locale.ROOT).replace('_', '-') + "`")
                    .collect(Collectors.joining(", "));
        }
        return Objects.requireNonNull(Map.of(
                        String.class, "text",
                        boolean.class, "`true`, `false`",
                        int.class, "number",
                        Integer.class, "number",
                        Duration.class, "duration, such as `500ms`",
                        DataSize.class, "size, such as `64KB`",
                        Resource.class, "location, such as `file:key.pem`")
                .get(type));
    }

    private static String range(AnnotatedElement parameter) {
        Min min = parameter.getAnnotation(Min.class);
        Max max = parameter.getAnnotation(Max.class);
        return (min == null ? "" : " from " + min.value()) + (max == null ? "" : " to " + max.value());
    }

    private static String defaultOf(AnnotatedElement parameter) {
        String[] defaults = defaultsOf(parameter);
        if (defaults.length == 0) {
            return parameter.isAnnotationPresent(NotEmpty.class) ? "to be set" : "none";
        }
        return Arrays.stream(defaults).map(text -> "`" + text + "`").collect(Collectors.joining(", "));
    }

    private static String[] defaultsOf(AnnotatedElement parameter) {
        YieldingDefault yielding = parameter.getAnnotation(YieldingDefault.class);
        if (yielding != null) {
            return new String[] {yielding.value()};
        }
        DefaultValue value = parameter.getAnnotation(DefaultValue.class);
        return value == null ? new String[0] : value.value();
    }

    /** By record and component, such as {@code Http.port}. */
    private static Map<String, String> meanings() {
        Map<String, String> meanings = new HashMap<>();
        Matcher records = DOCUMENTED_RECORD.matcher(source());
        while (records.find()) {
            Matcher params = PARAM.matcher(records.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " "));
            while (params.find()) {
                meanings.put(
                        records.group(2) + "." + params.group(1),
                        params.group(2).strip());
            }
        }
        return meanings;
    }

    private static String source() {
        try {
            return Files.readString(SOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static @Nullable Type elementOf(Type type) {
        return type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : null;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
