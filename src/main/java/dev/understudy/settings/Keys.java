package dev.understudy.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/** The names of all keys, read from the records they are bound to; an element of a list is written {@code []}. */
final class Keys {

    private static final SortedSet<String> ALL = new TreeSet<>();

    static {
        collect("understudy", UnderstudyProperties.class);
    }

    private Keys() {}

    static SortedSet<String> all() {
        return ALL;
    }

    /** The key most like a name that is none. */
    static String nearest(String name) {
        LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
        return ALL.stream()
                .min(Comparator.comparing(key -> distance.apply(key, name)))
                .orElseThrow();
    }

    private static void collect(String prefix, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "." + kebab(component.getName());
            if (component.getType().isRecord()) {
                collect(name, component.getType());
            } else if (elementOf(component.getGenericType()) instanceof Class<?> element && element.isRecord()) {
                collect(name + "[]", element);
            } else {
                ALL.add(elementOf(component.getGenericType()) == null ? name : name + "[]");
            }
        }
    }

    private static @Nullable Type elementOf(Type type) {
        return type instanceof ParameterizedType list ? list.getActualTypeArguments()[0] : null;
    }

    private static String kebab(String camel) {
        return camel.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }
}
