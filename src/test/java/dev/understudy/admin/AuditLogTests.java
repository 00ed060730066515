package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.test.scheduler.VirtualTimeScheduler;

@ExtendWith(OutputCaptureExtension.class)
class AuditLogTests {

    private final VirtualTimeScheduler timer = VirtualTimeScheduler.create();
    private final AuditLog audit = new AuditLog(timer);

    @Test
    void whatWasDoneHasALine(CapturedOutput output) {
        MockServerWebExchange exchange = exchange("192.0.2.1");
        AuditLog.signedIn(exchange, "anna");
        for (int turn = 0; turn < 50; turn++) {
            audit.done(exchange, "deploy", "PizzaShackAPI 1.0." + turn, "served");
        }
        assertThat(lines(output)).hasSize(50).allMatch(line -> line.contains("INFO"));
        assertThat(lines(output).get(7))
                .endsWith("user=\"anna\" from=\"192.0.2.1\" action=\"deploy\" subject=\"PizzaShackAPI 1.0.7\""
                        + " result=\"served\"");
    }

    @Test
    void manyRefusalsOfOneNetworkHaveOneLineAndACount(CapturedOutput output) {
        for (int turn = 0; turn < 1000; turn++) {
            audit.refused(exchange("192.0.2.1"), "anna", "wrong name or password");
        }
        audit.refused(exchange("192.0.2.2"), AuditLog.NOBODY, "bad token");
        assertThat(lines(output)).hasSize(2).allMatch(line -> line.contains("WARN"));
        timer.advanceTimeBy(AuditLog.WINDOW);
        assertThat(lines(output)).hasSize(3).last().asString().contains("999 more requests were refused within 10 s");
        audit.refused(exchange("192.0.2.1"), "anna", "wrong name or password");
        timer.advanceTimeBy(AuditLog.WINDOW);
        timer.advanceTimeBy(AuditLog.WINDOW);
        assertThat(lines(output)).hasSize(4);
    }

    @Test
    void refusalsOfManyNetworksDoNotFillTheDisk(CapturedOutput output) {
        for (int turn = 0; turn < 200; turn++) {
            audit.refused(exchange("192.0.2." + turn), AuditLog.NOBODY, "bad token");
        }
        timer.advanceTimeBy(AuditLog.WINDOW);
        assertThat(lines(output)).hasSize(AuditLog.LINES_IN_WINDOW + 1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "\r",
                "\t",
                "\0",
                "\u001b[31m",
                "\u0085",
                "\u2028",
                "\u2029",
                "\u202e",
                "\ud800",
                "\"",
                "\\"
            })
    void nothingBreaksOrDisguisesALine(String nasty, CapturedOutput output) {
        audit.done(exchange("192.0.2.1"), "deploy" + nasty, "a" + nasty + "b", nasty + "served");
        String line = lines(output).get(0);
        assertThat(lines(output)).hasSize(1);
        assertThat(line)
                .contains("subject=\"a\\u{")
                .doesNotContain(nasty.equals("\"") ? "a\"b" : nasty.equals("\\") ? "\\\\" : nasty);
    }

    @Test
    void longValuesAreCut() {
        String line = AuditLog.printable("x".repeat(1 << 20));
        assertThat(line).hasSize(AuditLog.LONGEST + 1).endsWith("…");
        assertThat(AuditLog.printable("x".repeat(AuditLog.LONGEST))).hasSize(AuditLog.LONGEST);
    }

    private static List<String> lines(CapturedOutput output) {
        return output.getOut()
                .lines()
                .filter(line -> line.contains("dev.understudy.audit"))
                .toList();
    }

    private static MockServerWebExchange exchange(String from) {
        return MockServerWebExchange.from(
                MockServerHttpRequest.get("/x").remoteAddress(new InetSocketAddress(from, 1)));
    }
}
