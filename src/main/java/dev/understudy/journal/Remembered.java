package dev.understudy.journal;

import dev.understudy.catalog.KeyType;
import dev.understudy.catalog.Match;
import dev.understudy.failover.Attempt;
import dev.understudy.failover.Rule;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request as one that is remembered: in bytes, but for the operation. A collector that copies what is alive has all that
 * are remembered in hand each time; as they are, each is some two dozen objects.
 *
 * @param found as in the record
 * @param rest written and read here only
 */
record Remembered(Optional<Match.Found> found, byte[] rest) {

    // More than most requests need.
    private static final int ROOM = 512;

    static Remembered of(RequestRecord request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROOM);
        try {
            write(request, new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Remembered(request.found(), bytes.toByteArray());
    }

    RequestRecord request() {
        try {
            return read(new DataInputStream(new ByteArrayInputStream(rest)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same with no more than its own operation of what was served. */
    Remembered alone() {
        return new Remembered(found.map(Match.Found::alone), rest);
    }

    private static void write(RequestRecord request, DataOutputStream out) throws IOException {
        write(request.id(), out);
        out.writeLong(request.at().getEpochSecond());
        out.writeInt(request.at().getNano());
        out.writeLong(request.took().toNanos());
        write(request.method(), out);
        write(request.path(), out);
        write(request.host(), out);
        write(request.remote(), out);
        write(request.caller(), Remembered::write, out);
        write(request.keyType(), Remembered::write, out);
        write(request.line(), Remembered::write, out);
        write(request.attempts(), Remembered::write, out);
        out.writeInt(request.status());
        write(request.code(), Remembered::write, out);
        write(request.detail(), Remembered::write, out);
        write(request.ending(), out);
        write(request.timeLeft(), Remembered::write, out);
        write(request.trace(), Remembered::write, out);
    }

    private RequestRecord read(DataInputStream in) throws IOException {
        return new RequestRecord(
                text(in),
                Instant.ofEpochSecond(in.readLong(), in.readInt()),
                duration(in),
                text(in),
                text(in),
                text(in),
                text(in),
                found,
                optional(Remembered::text, in),
                optional(word(KeyType.values()), in),
                list(Remembered::standing, in),
                list(Remembered::attempt, in),
                in.readInt(),
                optional(Remembered::text, in),
                optional(Remembered::text, in),
                word(Ending.values()).from(in),
                optional(Remembered::duration, in),
                optional(Remembered::ids, in));
    }

    private static void write(Standing standing, DataOutputStream out) throws IOException {
        out.writeInt(standing.position());
        write(standing.endpoint(), out);
        write(standing.state(), out);
    }

    private static Standing standing(DataInputStream in) throws IOException {
        return new Standing(
                in.readInt(), text(in), word(Standing.State.values()).from(in));
    }

    private static void write(AttemptRecord attempt, DataOutputStream out) throws IOException {
        out.writeInt(attempt.position());
        write(attempt.endpoint(), out);
        write(attempt.why(), out);
        write(attempt.began(), out);
        write(attempt.took(), out);
        write(attempt.reached(), out);
        write(attempt.outcome(), out);
        write(attempt.next(), out);
    }

    private static AttemptRecord attempt(DataInputStream in) throws IOException {
        return new AttemptRecord(
                in.readInt(),
                text(in),
                word(Rule.values()).from(in),
                duration(in),
                duration(in),
                word(Phase.values()).from(in),
                outcome(in),
                word(Rule.values()).from(in));
    }

    private static void write(Attempt outcome, DataOutputStream out) throws IOException {
        if (outcome instanceof Attempt.Answered answered) {
            out.writeByte('A');
            out.writeInt(answered.status());
            write(answered.retryAfter(), Remembered::write, out);
        } else if (outcome instanceof Attempt.NotSent notSent) {
            out.writeByte('S');
            write(notSent.reason(), out);
        } else if (outcome instanceof Attempt.NoAnswer noAnswer) {
            out.writeByte('N');
            write(noAnswer.reason(), out);
        }
    }

    private static Attempt outcome(DataInputStream in) throws IOException {
        return switch (in.readByte()) {
            case 'A' -> new Attempt.Answered(in.readInt(), optional(Remembered::duration, in));
            case 'S' ->
                new Attempt.NotSent(word(Attempt.NotSent.Reason.values()).from(in));
            default ->
                new Attempt.NoAnswer(word(Attempt.NoAnswer.Reason.values()).from(in));
        };
    }

    private static void write(Trace.Ids ids, DataOutputStream out) throws IOException {
        write(ids.trace(), out);
        write(ids.span(), out);
    }

    private static Trace.Ids ids(DataInputStream in) throws IOException {
        return new Trace.Ids(text(in), text(in));
    }

    private static void write(Duration duration, DataOutputStream out) throws IOException {
        out.writeLong(duration.toNanos());
    }

    private static Duration duration(DataInputStream in) throws IOException {
        return Duration.ofNanos(in.readLong());
    }

    // Not writeUTF, which takes no more than 64 KB, nor what is no character.
    private static void write(String text, DataOutputStream out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }

    private static void write(Enum<?> word, DataOutputStream out) throws IOException {
        out.writeByte(word.ordinal());
    }

    private static <T> Reading<T> word(T[] all) {
        return in -> all[in.readByte()];
    }

    private interface Writing<T> {
        void to(T value, DataOutputStream out) throws IOException;
    }

    private interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private static <T> void write(Optional<T> value, Writing<T> writing, DataOutputStream out) throws IOException {
        out.writeBoolean(value.isPresent());
        if (value.isPresent()) {
            writing.to(value.get(), out);
        }
    }

    private static <T> Optional<T> optional(Reading<T> reading, DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(reading.from(in)) : Optional.empty();
    }

    private static <T> void write(List<T> values, Writing<T> writing, DataOutputStream out) throws IOException {
        out.writeInt(values.size());
        for (T value : values) {
            writing.to(value, out);
        }
    }

    private static <T> List<T> list(Reading<T> reading, DataInputStream in) throws IOException {
        int size = in.readInt();
        List<T> values = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            values.add(reading.from(in));
        }
        return values;
    }
}
