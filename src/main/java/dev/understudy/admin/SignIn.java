package dev.understudy.admin;

import dev.understudy.admin.SignInLimits.Turn;
import dev.understudy.background.BackgroundThreads;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UserDetailsRepositoryReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.AuthenticationException;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Checks names and passwords, whether they came with Basic or for a token. Bcrypt takes a tenth of a second, which no event
 * loop has, and a core while it runs: there is one thread for those who come from where they have signed in before, and one
 * for all others, each with a short line.
 */
public final class SignIn implements AutoCloseable {

    private static final int LINE = 25;

    private final AdminUsers users;
    private final SignInLimits limits;
    private final RememberedPasswords remembered;
    private final AuditLog audit;
    private final Scheduler threadOfKnown = BackgroundThreads.scheduler("sign-in-known", 1, LINE);
    private final Scheduler threadOfOthers = BackgroundThreads.scheduler("sign-in", 1, LINE);
    private final ReactiveAuthenticationManager known;
    private final ReactiveAuthenticationManager others;

    /** @param nanos a clock that nobody sets */
    SignIn(AdminUsers users, AuditLog audit, LongSupplier nanos) {
        KeyedHash hash = new KeyedHash();
        this.users = users;
        this.audit = audit;
        this.limits = new SignInLimits(nanos, hash);
        this.remembered = new RememberedPasswords(nanos, hash);
        this.known = manager(users, threadOfKnown);
        this.others = manager(users, threadOfOthers);
    }

    /**
     * Who that is. Fails with an {@link AuthenticationException} for a wrong name or password, with 429 without any check
     * where too many were wrong, with 503 where too many are in line.
     */
    public Mono<Authentication> check(ServerWebExchange exchange, String name, String password) {
        return Mono.defer(() -> {
            String network = Source.of(exchange).network();
            Turn turn = limits.take(network, name);
            if (turn instanceof Turn.Later later) {
                audit.refused(exchange, users.nameOrNone(name), "too many attempts");
                return Mono.error(tooMany(later.after()));
            }
            return check((Turn.Now) turn, name, password)
                    .doOnNext(signedIn -> limits.remember(network, signedIn.getName()))
                    .doOnError(
                            AuthenticationException.class,
                            wrong -> audit.refused(exchange, users.nameOrNone(name), "wrong name or password"));
        });
    }

    @Override
    public void close() {
        threadOfKnown.dispose();
        threadOfOthers.dispose();
    }

    private Mono<Authentication> check(Turn.Now turn, String name, String password) {
        if (remembered.has(name, password)) {
            limits.giveBack(turn);
            return Mono.justOrEmpty(users.signedIn(name));
        }
        return (turn.known() ? known : others)
                .authenticate(UsernamePasswordAuthenticationToken.unauthenticated(name, password))
                .doOnNext(signedIn -> {
                    limits.giveBack(turn);
                    remembered.add(name, password);
                })
                .onErrorMap(RejectedExecutionException.class, full -> {
                    limits.giveBack(turn);
                    return lineIsFull();
                })
                // Whatever the request asks for is not to be done by the one thread that checks passwords.
                .publishOn(Schedulers.parallel());
    }

    private static ErrorResponseException tooMany(Duration wait) {
        String seconds = String.valueOf(wait.plusNanos(999_999_999).toSeconds());
        ErrorResponseException problem = AdminProblems.problem(
                HttpStatus.TOO_MANY_REQUESTS,
                "Too many sign-ins were wrong. Try again in " + seconds + " s, or use a token that you have.");
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, seconds);
        return problem;
    }

    private static ErrorResponseException lineIsFull() {
        ErrorResponseException problem = AdminProblems.problem(
                HttpStatus.SERVICE_UNAVAILABLE, "Too many sign-ins are being checked. Try again.");
        problem.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
        return problem;
    }

    private static ReactiveAuthenticationManager manager(AdminUsers users, Scheduler scheduler) {
        UserDetailsRepositoryReactiveAuthenticationManager manager =
                new UserDetailsRepositoryReactiveAuthenticationManager(users);
        manager.setPasswordEncoder(users.passwords());
        manager.setScheduler(scheduler);
        return manager;
    }
}
