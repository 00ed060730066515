package dev.understudy.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.understudy.settings.UnderstudyProperties.Admin;
import dev.understudy.settings.UnderstudyProperties.AdminRole;
import dev.understudy.settings.UnderstudyProperties.User;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.web.ErrorResponseException;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class SignInTests {

    private static final String HOME = "192.0.2.1";
    private static final String ELSEWHERE = "192.0.2.2";

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final CountingBcrypt bcrypt = new CountingBcrypt();
    private final SignIn signIn = new SignIn(
            AdminUsers.of(
                    new Admin(List.of(
                            user("anna", "{bcrypt}" + new BCryptPasswordEncoder(4).encode("right")),
                            user("dora", "{noop}right"))),
                    bcrypt),
            new AuditLog(VirtualTimeScheduler.create()),
            nanos::get);

    @AfterEach
    void close() {
        signIn.close();
    }

    @Test
    void atTheLimitNothingIsChecked() {
        for (int turn = 0; turn < SignInLimits.TRIES_OF_NETWORK; turn++) {
            assertWrong(HOME, turn % 2 == 0 ? "anna" : "nobody");
        }
        long checked = bcrypt.rounds.get();
        assertRefused(429, "6", HOME, "anna", "wrong");
        assertRefused(429, "6", HOME, "anna", "right");
        assertRefused(429, "6", HOME, "nobody", "wrong");
        assertThat(bcrypt.rounds).hasValue(checked);

        pass(SignInLimits.NEXT_OF_NETWORK.minusMillis(5500));
        assertRefused(429, "6", HOME, "anna", "right");
        pass(Duration.ofMillis(5500));
        assertRight(HOME, "anna");
    }

    @Test
    void aRightSignInUsesNothingUp() {
        for (int turn = 0; turn < 3 * SignInLimits.TRIES_FOR_NAME; turn++) {
            assertRight(HOME, "anna");
        }
    }

    @Test
    void aPasswordIsCheckedOnceInAMinute() {
        assertRight(HOME, "anna");
        long once = bcrypt.rounds.get();
        pass(RememberedPasswords.LIFETIME.minusMillis(1));
        assertRight(HOME, "anna");
        assertRight(ELSEWHERE, "anna");
        assertThat(bcrypt.rounds).hasValue(once);
        pass(Duration.ofMillis(1));
        assertRight(HOME, "anna");
        assertThat(bcrypt.rounds).hasValue(2 * once);
    }

    @Test
    void whatIsRememberedAnswersNobodyElse() {
        assertRight(HOME, "anna");
        long once = bcrypt.rounds.get();
        assertWrong(HOME, "anna");
        assertThat(bcrypt.rounds).hasValue(2 * once);
        assertRight(ELSEWHERE, "anna");
        for (int turn = 0; turn < SignInLimits.TRIES_OF_NETWORK; turn++) {
            assertWrong(ELSEWHERE, "dora");
        }
        assertRefused(429, "6", ELSEWHERE, "anna", "right");
    }

    @Test
    void aNameThatIsTriedFromEverywhereStaysOpenToWhereItSignedInBefore() {
        assertRight(HOME, "anna");
        for (int turn = 0; turn < SignInLimits.TRIES_FOR_NAME; turn++) {
            assertWrong("198.51.100." + turn, "anna");
        }
        long checked = bcrypt.rounds.get();
        assertRefused(429, "1", ELSEWHERE, "anna", "right");
        assertThat(bcrypt.rounds).hasValue(checked);
        assertRight(HOME, "anna");
        pass(SignInLimits.NEXT_FOR_NAME);
        assertRight(ELSEWHERE, "anna");
    }

    @Test
    void aNameThatNobodyHasIsSlowedDownAsOneOfAUserIs() {
        for (int turn = 0; turn < SignInLimits.TRIES_FOR_NAME; turn++) {
            assertWrong("198.51.100." + turn, "nobody");
        }
        assertRefused(429, "1", ELSEWHERE, "nobody", "wrong");
    }

    @Test
    void allAddressesOfAnIpv6NetworkAreOne() {
        for (int turn = 0; turn < SignInLimits.TRIES_OF_NETWORK; turn++) {
            assertWrong("2001:db8:0:1::" + turn, "anna");
        }
        assertRefused(429, "6", "2001:db8:0:1:ffff::1", "anna", "right");
        assertRight("2001:db8:0:2::1", "anna");
    }

    @Test
    void whoIsKnownDoesNotWaitBehindStrangers() throws Exception {
        assertRight(HOME, "anna");
        pass(RememberedPasswords.LIFETIME);
        bcrypt.hold("wrong");
        List<Future<Authentication>> strangers = IntStream.range(0, 26)
                .<Future<Authentication>>mapToObj(
                        i -> check("198.51.100." + i, "anna", "wrong").toFuture())
                .toList();
        await().atMost(Duration.ofSeconds(10)).until(bcrypt::isHolding);
        assertRefused(503, "1", ELSEWHERE, "anna", "wrong");
        assertThat(strangers).noneMatch(Future::isDone);
        assertRight(HOME, "anna");
        bcrypt.letGo();
        await().atMost(Duration.ofSeconds(10)).until(() -> strangers.stream().allMatch(Future::isDone));
    }

    private void assertRight(String from, String name) {
        Authentication user = Objects.requireNonNull(check(from, name, "right").block(Duration.ofSeconds(10)));
        assertThat(user.getName()).isEqualTo(name);
        assertThat(user.isAuthenticated()).isTrue();
        assertThat(user.getAuthorities()).extracting("authority").contains("ROLE_DEPLOYER");
    }

    private void assertWrong(String from, String name) {
        assertThatExceptionOfType(AuthenticationException.class)
                .isThrownBy(() -> check(from, name, "wrong").block(Duration.ofSeconds(10)));
    }

    private void assertRefused(int status, String retryAfter, String from, String name, String password) {
        assertThatExceptionOfType(ErrorResponseException.class)
                .isThrownBy(() -> check(from, name, password).block(Duration.ofSeconds(10)))
                .satisfies(
                        refusal -> assertThat(refusal.getStatusCode().value()).isEqualTo(status))
                .satisfies(refusal ->
                        assertThat(refusal.getHeaders().getFirst("Retry-After")).isEqualTo(retryAfter));
    }

    private Mono<Authentication> check(String from, String name, String password) {
        return signIn.check(exchange(from), name, password);
    }

    private static MockServerWebExchange exchange(String from) {
        try {
            return MockServerWebExchange.from(MockServerHttpRequest.get("/x")
                    .remoteAddress(new InetSocketAddress(InetAddress.getByName(from), 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private static User user(String name, String password) {
        return new User(name, password, Set.of(AdminRole.DEPLOYER));
    }

    /** Counts the rounds of all checks, and holds up those of one password. */
    private static final class CountingBcrypt extends BCryptPasswordEncoder {

        private final AtomicLong rounds = new AtomicLong();
        private final CountDownLatch go = new CountDownLatch(1);
        private volatile String held = "";
        private volatile boolean holding;

        void hold(String password) {
            held = password;
        }

        void letGo() {
            go.countDown();
        }

        boolean isHolding() {
            return holding;
        }

        @Override
        protected boolean matchesNonNull(String password, String encoded) {
            if (password.equals(held)) {
                holding = true;
                waitForGo();
            }
            rounds.addAndGet(1L << Passwords.cost("{bcrypt}" + encoded));
            return super.matchesNonNull(password, encoded);
        }

        private void waitForGo() {
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
