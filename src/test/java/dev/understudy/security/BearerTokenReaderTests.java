package dev.understudy.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.problem.Problem;
import dev.understudy.problem.Refused;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a header must be to have a token, held to the grammar of RFC 6750 §2.1 as regular expressions write it. */
class BearerTokenReaderTests {

    private static final Pattern SCHEME = Pattern.compile("(?i)Bearer(?![^ \\t]).*");
    private static final Pattern TOKEN = Pattern.compile("(?i)Bearer [A-Za-z0-9._~+/-]++=*+");

    private static final String[] BEGINNINGS = {
        "Bearer ", "bEARER ", "BEARER\t", "Bearer", "bearer  ", "Basic ", " Bearer ", ""
    };
    private static final String[] PIECES = {
        "a",
        "Z",
        "0",
        "9",
        "-",
        ".",
        "_",
        "~",
        "+",
        "/",
        "=",
        "==",
        "eyJhbGciOiJSUzI1NiJ9",
        " ",
        "\t",
        ",",
        ";",
        ":",
        "@",
        "[",
        "`",
        "{",
        "\"",
        "\n",
        "\r",
        "\u0085",
        "\u2028",
        "\u2029",
        "\u00e9",
        "\u0131",
        "\u212a",
        "\u0000",
        "\ud83c\udf55",
        "Bearer"
    };

    @Test
    void everyValueIsAnsweredAsTheGrammarSays() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < 200_000; i++) {
            String value = value(random);
            String answer = answer(value);
            assertThat(answer).as("seed %d: '%s'", seed, value).isEqualTo(expected(value));
            answers.merge(answer.startsWith("token ") ? "token" : answer, 1, Integer::sum);
        }
        // Else the values would be of one kind, and show nothing.
        assertThat(answers.keySet())
                .as("seed %d", seed)
                .containsExactlyInAnyOrder("token", "NO_TOKEN", "INVALID_TOKEN", "BAD_REQUEST");
        assertThat(answers.values()).as("seed %d", seed).allMatch(count -> count > 1_000);
    }

    private static String value(Random random) {
        StringBuilder value = new StringBuilder(BEGINNINGS[random.nextInt(BEGINNINGS.length)]);
        // Half of them of what a token may have, so that many are one.
        int pieces = random.nextBoolean() ? 12 : PIECES.length;
        for (int left = random.nextInt(6); left > 0; left--) {
            value.append(PIECES[random.nextInt(pieces)]);
        }
        return value.toString();
    }

    private static String answer(String value) {
        try {
            return "token " + BearerTokenReader.token(value, "Authorization");
        } catch (Refused refused) {
            return refused.problem().name();
        }
    }

    private static String expected(String value) {
        if (TOKEN.matcher(value).matches()) {
            return "token " + value.substring("Bearer ".length());
        }
        if (value.indexOf(',') >= 0) {
            return Problem.BAD_REQUEST.name();
        }
        return (SCHEME.matcher(value).matches() ? Problem.INVALID_TOKEN : Problem.NO_TOKEN).name();
    }
}
