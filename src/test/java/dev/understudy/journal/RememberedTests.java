package dev.understudy.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RememberedTests {

    private static final int REQUESTS = 500;

    private static final Match.Found FOUND = found();

    static LongStream seeds() {
        return new Random().longs(4);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aRequestThatIsRememberedIsTheOneThatWas(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < REQUESTS; i++) {
            RequestRecord request = RequestMaker.request(random);
            assertThat(Remembered.of(request).request()).isEqualTo(request);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aloneItIsTheSameWithItsOperationOnly(long seed) {
        RequestRecord request = RequestMaker.request(new Random(seed));
        RequestRecord alone = Remembered.of(request).alone().request();
        assertThat(alone.id()).isEqualTo(request.id());
        assertThat(alone.attempts()).isEqualTo(request.attempts());
        assertThat(alone.operation()).isEqualTo(request.operation());
        assertThat(alone.found()).isEqualTo(request.found().map(Match.Found::alone));
    }

    private static Match.Found found() {
        Operation operation = new Operation(
                "GET",
                PathTemplate.parse("/thing"),
                Optional.empty(),
                Optional.empty(),
                new Access.Open(),
                false,
                false);
        Api api = new Api("a", "1", "/a", Set.of(), "Authorization", Optional.empty(), List.of(operation), false);
        return new Match.Found(api, operation, "op");
    }

    private static final class RequestMaker {

        private RequestMaker() {}

        private static RequestRecord request(Random random) {
            return new RequestRecord(
                    text(random),
                    Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
                    duration(random),
                    text(random),
                    text(random),
                    text(random),
                    text(random),
                    optional(random, () -> FOUND),
                    optional(random, () -> text(random)),
                    optional(random, () -> one(random, KeyType.values())),
                    Stream.generate(() ->
                                    new Standing(random.nextInt(), text(random), one(random, Standing.State.values())))
                            .limit(random.nextInt(4))
                            .toList(),
                    Stream.generate(() -> attempt(random))
                            .limit(random.nextInt(4))
                            .toList(),
                    random.nextInt(1_000),
                    optional(random, () -> text(random)),
                    optional(random, () -> text(random)),
                    one(random, Ending.values()),
                    optional(random, () -> duration(random)),
                    optional(random, () -> new Trace.Ids(text(random), text(random))));
        }

        private static AttemptRecord attempt(Random random) {
            return new AttemptRecord(
                    random.nextInt(),
                    text(random),
                    one(random, Rule.values()),
                    duration(random),
                    duration(random),
                    one(random, Phase.values()),
                    outcome(random),
                    one(random, Rule.values()));
        }

        private static Attempt outcome(Random random) {
            return switch (random.nextInt(3)) {
                case 0 -> new Attempt.Answered(random.nextInt(1_000), optional(random, () -> duration(random)));
                case 1 -> new Attempt.NotSent(one(random, Attempt.NotSent.Reason.values()));
                default -> new Attempt.NoAnswer(one(random, Attempt.NoAnswer.Reason.values()));
            };
        }

        // Now and then longer than what a short length can say.
        private static String text(Random random) {
            int length = random.nextInt(50) == 0 ? 70_000 : random.nextInt(20);
            return random.ints(length, 1, 0xd000)
                    .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                    .toString();
        }

        private static Duration duration(Random random) {
            return Duration.ofNanos(random.nextLong());
        }

        private static <T> T one(Random random, T[] all) {
            return all[random.nextInt(all.length)];
        }

        private static <T> Optional<T> optional(Random random, Supplier<T> value) {
            return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
        }
    }
}
