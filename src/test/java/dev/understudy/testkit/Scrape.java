package dev.understudy.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Prometheus gets of a gateway at one moment. */
public record Scrape(List<Sample> samples) {

    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]\\w*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

    /** One series and its value. @param line as it came */
    public record Sample(String name, Map<String, String> labels, double value, String line) {

        private boolean has(String[] namesAndValues) {
            for (int i = 0; i < namesAndValues.length; i += 2) {
                if (!namesAndValues[i + 1].equals(labels.get(namesAndValues[i]))) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @param authorization of somebody who may look */
    public static Scrape of(RunningGateway gateway, String authorization) throws Exception {
        return parse(TlsClient.get(gateway.adminPort(), "/actuator/prometheus", "Authorization", authorization)
                .body());
    }

    /** @param text in the format of Prometheus */
    public static Scrape parse(String text) {
        List<Sample> samples = new ArrayList<>();
        text.lines().filter(line -> !line.startsWith("#")).forEach(line -> samples.add(sample(line)));
        return new Scrape(List.copyOf(samples));
    }

    /** @param namesAndValues labels that it has, in turn */
    public List<Sample> named(String name, String... namesAndValues) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && sample.has(namesAndValues))
                .toList();
    }

    /** The value of the only series that is so. @param namesAndValues labels that it has, in turn */
    public double value(String name, String... namesAndValues) {
        List<Sample> found = named(name, namesAndValues);
        if (found.size() != 1) {
            throw new AssertionError(name + " " + List.of(namesAndValues) + ": " + found + " (expected: one)");
        }
        return found.get(0).value();
    }

    private static Sample sample(String line) {
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no sample: " + line);
        }
        Map<String, String> labels = new LinkedHashMap<>();
        if (parts.group(2) != null) {
            LABEL.matcher(parts.group(2))
                    .results()
                    .forEach(label -> labels.put(label.group(1), unescaped(label.group(2))));
        }
        return new Sample(parts.group(1), labels, value(parts.group(3)), line);
    }

    private static String unescaped(String text) {
        return text.replace("\\n", "\n").replace("\\\"", "\"").replace("\\\\", "\\");
    }

    private static double value(String text) {
        return Double.parseDouble(text.replace("+Inf", "Infinity").replace("-Inf", "-Infinity"));
    }
}
