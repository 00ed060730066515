package dev.understudy.settings;

import dev.understudy.endpoint.FailoverPolicy;
import io.netty.util.NetUtil;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.io.Resource;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * All keys of the gateway.
 *
 * @param trustedProxies CIDR blocks of the proxies in front whose X-Forwarded-* and Forwarded headers are believed
 * @param accessLog form of the line that is written on standard output for each request
 * @param role what this process does: everything, the admin listener only, or everything but taking deploys
 * @param name under which others see this process; without one, that of the host and a port
 */
@Validated
@ConfigurationProperties("understudy")
public record UnderstudyProperties(
        @DefaultValue @Valid Apis apis,
        @DefaultValue @Valid Http http,
        @DefaultValue @Valid Security security,
        @DefaultValue @Valid Failover failover,
        @DefaultValue @Valid Limits limits,
        @DefaultValue @Valid Cors cors,
        @DefaultValue @Valid Secrets secrets,
        @DefaultValue @Valid Shutdown shutdown,
        @DefaultValue @Valid Admin admin,
        @DefaultValue @Valid Store store,
        @DefaultValue @Valid ControlPlane controlPlane,
        @DefaultValue List<String> trustedProxies,
        @DefaultValue("json") AccessLog accessLog,
        @DefaultValue @Valid Caller caller,
        @DefaultValue("all") Role role,
        @Nullable String name) {

    public UnderstudyProperties {
        trustedProxies.forEach(UnderstudyProperties::requireBlock);
        if (name != null) {
            require(
                    "name",
                    name,
                    !name.isBlank() && name.length() <= LONGEST_NAME,
                    "1 to " + LONGEST_NAME + " characters");
        }
        if (controlPlane.isFollowed()) {
            requireFollower(controlPlane, role, store.type());
        }
    }

    /**
     * @param directory folder of OpenAPI documents, one for each API
     * @param watch whether changes in the folder take effect without a restart
     */
    public record Apis(
            @DefaultValue("apis") @NotEmpty String directory,
            @DefaultValue("true") boolean watch) {}

    /** @param port that of the listener that serves the APIs in plain text; -1 turns it off, 0 takes a free one */
    public record Http(
            @DefaultValue("9090") @Min(-1) @Max(65535) int port) {}

    /**
     * @param issuers whose tokens are taken; with none, every secured request is 401
     * @param forwardToken whether the endpoint gets the header that carried the token
     * @param keyLifetime longest time for which a key works after its issuer withdrew it
     * @param maxCachedTokens verified tokens that are kept, each for a minute at most; 0: none
     */
    public record Security(
            @DefaultValue @Valid List<Issuer> issuers,
            @DefaultValue("false") boolean forwardToken,
            @DefaultValue("5m") Duration keyLifetime,
            @DefaultValue("10000") int maxCachedTokens) {

        public Security {
            requireAtLeast("security.key-lifetime", keyLifetime, LEAST_KEY_LIFETIME);
            require("security.max-cached-tokens", maxCachedTokens, maxCachedTokens >= 0, "0 or more");
        }
    }

    /**
     * @param issuer must equal the token's iss
     * @param jwkSetUri where its key set is; either this or public-key-location
     * @param publicKeyLocation its key or certificate as PEM; either this or jwk-set-uri
     * @param audiences one of them must be in the token's aud; empty: any will do
     */
    public record Issuer(
            @NotEmpty String issuer,
            @Nullable String jwkSetUri,
            @Nullable Resource publicKeyLocation,
            @DefaultValue List<String> audiences) {}

    /**
     * Of two keys of which one bounds the other, only what is set for both can contradict: a default gives way.
     *
     * @param connectTimeout longest time for name, addresses, TCP and TLS of one attempt together
     * @param responseTimeout longest time from the request sent whole until the response head, per attempt
     * @param deadline longest time for all attempts together, until the response head
     * @param idleTimeout longest time between two pieces of a body, either way
     * @param statuses response statuses that count as a failure of the endpoint
     * @param replayLimit how much of a request body is kept so that it can be sent again; 0B: nothing
     * @param replayMemory how much is kept of the bodies of all requests together; 0B: nothing
     * @param trustIdempotencyKey whether a request with the header Idempotency-Key may be sent again whatever its method
     * @param suspendAfter failures in a row after which an endpoint is suspended; more than 10000 count as 10000
     * @param suspendAtRate failures in percent, of 20 or more calls of the last 10 s, that suspend it as well; 1 to 100
     * @param suspendFor least time for which an endpoint is suspended
     * @param suspendAtMost what suspend-for may grow to for an endpoint that fails again soon after it was let back
     * @param exposeHeaders whether responses tell the endpoint's position, the number of attempts and the request's id
     */
    public record Failover(
            @YieldingDefault(CONNECT_TIMEOUT) @Nullable Duration connectTimeout,
            @YieldingDefault(RESPONSE_TIMEOUT) @Nullable Duration responseTimeout,
            @YieldingDefault(DEADLINE) @Nullable Duration deadline,
            @DefaultValue("60s") Duration idleTimeout,
            @DefaultValue({"502", "503", "504"}) Set<@Min(400) @Max(599) Integer> statuses,
            @YieldingDefault(REPLAY_LIMIT) @Nullable DataSize replayLimit,
            @YieldingDefault(REPLAY_MEMORY) @Nullable DataSize replayMemory,
            @DefaultValue("false") boolean trustIdempotencyKey,
            @DefaultValue("3") int suspendAfter,
            @Nullable Integer suspendAtRate,
            @YieldingDefault(SUSPEND_FOR) @Nullable Duration suspendFor,
            @YieldingDefault(SUSPEND_AT_MOST) @Nullable Duration suspendAtMost,
            @DefaultValue @Valid Probe probe,
            @DefaultValue("false") boolean exposeHeaders) {

        private static final String CONNECT_TIMEOUT = "1s";
        private static final String RESPONSE_TIMEOUT = "30s";
        private static final String DEADLINE = "60s";
        private static final String REPLAY_LIMIT = "64KB";
        private static final String REPLAY_MEMORY = "64MB";
        private static final String SUSPEND_FOR = "1s";
        private static final String SUSPEND_AT_MOST = "60s";

        public Failover {
            requireTimeIfSet("failover.connect-timeout", connectTimeout);
            requireTimeIfSet("failover.response-timeout", responseTimeout);
            requireTimeIfSet("failover.deadline", deadline);
            requireTime("failover.idle-timeout", idleTimeout);
            requireNotNegative("failover.replay-limit", replayLimit);
            requireNotNegative("failover.replay-memory", replayMemory);
            require("failover.suspend-after", suspendAfter, suspendAfter > 0, "1 or more");
            if (suspendAtRate != null) {
                require("failover.suspend-at-rate", suspendAtRate, isPercentage(suspendAtRate), "1 to 100");
            }
            requireTimeIfSet("failover.suspend-for", suspendFor);
            requireTimeIfSet("failover.suspend-at-most", suspendAtMost);

            requireInOrder("failover.connect-timeout", connectTimeout, "failover.deadline", deadline);
            requireInOrder("failover.response-timeout", responseTimeout, "failover.deadline", deadline);
            requireInOrder("failover.suspend-for", suspendFor, "failover.suspend-at-most", suspendAtMost);
            requireRoom(replayMemory, replayLimit);

            deadline = deadline != null ? deadline : time(DEADLINE);
            connectTimeout = connectTimeout != null ? connectTimeout : lesser(time(CONNECT_TIMEOUT), deadline);
            responseTimeout = responseTimeout != null ? responseTimeout : lesser(time(RESPONSE_TIMEOUT), deadline);
            Duration least = suspendFor != null ? suspendFor : time(SUSPEND_FOR);
            suspendAtMost = suspendAtMost != null ? suspendAtMost : greater(time(SUSPEND_AT_MOST), least);
            suspendFor = lesser(least, suspendAtMost);
            DataSize limit = replayLimit != null ? replayLimit : DataSize.parse(REPLAY_LIMIT);
            replayMemory = replayMemory != null ? replayMemory : greater(DataSize.parse(REPLAY_MEMORY), limit);
            replayLimit = lesser(limit, replayMemory);
        }

        @Override
        public Duration connectTimeout() {
            return Objects.requireNonNull(connectTimeout);
        }

        @Override
        public Duration responseTimeout() {
            return Objects.requireNonNull(responseTimeout);
        }

        @Override
        public Duration deadline() {
            return Objects.requireNonNull(deadline);
        }

        @Override
        public DataSize replayLimit() {
            return Objects.requireNonNull(replayLimit);
        }

        @Override
        public DataSize replayMemory() {
            return Objects.requireNonNull(replayMemory);
        }

        @Override
        public Duration suspendFor() {
            return Objects.requireNonNull(suspendFor);
        }

        @Override
        public Duration suspendAtMost() {
            return Objects.requireNonNull(suspendAtMost);
        }

        private static Duration time(String text) {
            return DurationStyle.detectAndParse(text);
        }

        private static <T extends Comparable<T>> T lesser(T one, T other) {
            return one.compareTo(other) < 0 ? one : other;
        }

        private static <T extends Comparable<T>> T greater(T one, T other) {
            return one.compareTo(other) > 0 ? one : other;
        }

        private static boolean isPercentage(int number) {
            return number >= 1 && number <= 100;
        }

        private static void requireTimeIfSet(String key, @Nullable Duration value) {
            if (value != null) {
                requireTime(key, value);
            }
        }

        private static void requireNotNegative(String key, @Nullable DataSize value) {
            if (value != null) {
                require(key, value, !value.isNegative(), "0B or more");
            }
        }

        private static void requireRoom(@Nullable DataSize memory, @Nullable DataSize limit) {
            if (memory != null && limit != null) {
                boolean fits = memory.toBytes() == 0 || memory.compareTo(limit) >= 0;
                String least = "0B, or at least understudy.failover.replay-limit, which is " + limit;
                require("failover.replay-memory", memory, fits, least);
            }
        }

        private static void requireInOrder(
                String key, @Nullable Duration value, String bound, @Nullable Duration most) {
            if (value != null && most != null) {
                String expected = "at most understudy." + bound + ", which is " + print(most);
                require(key, print(value), value.compareTo(most) <= 0, expected);
            }
        }
    }

    /**
     * @param interval time between two probes of a suspended endpoint
     * @param timeout longest time a probe waits
     * @param path what a probe asks for by GET, below the endpoint's URL; none: TCP, and TLS for https
     * @param always whether endpoints that are not suspended are probed, too
     */
    public record Probe(
            @DefaultValue("1s") Duration interval,
            @DefaultValue("1s") Duration timeout,
            @Nullable String path,
            @DefaultValue("false") boolean always) {

        public Probe {
            requireTime("failover.probe.interval", interval);
            requireTime("failover.probe.timeout", timeout);
            if (path != null) {
                require("failover.probe.path", path, FailoverPolicy.Probe.isPath(path), "a path such as /health");
            }
        }
    }

    /**
     * @param maxHeaderSize all header lines of a request together
     * @param maxRequestLine method, target and version of a request together
     * @param headerTimeout longest time for a caller's whole request head
     * @param maxBodySize longest request body; none: any
     * @param maxInFlight requests at once; beyond it 503 at once
     */
    public record Limits(
            @DefaultValue("16KB") DataSize maxHeaderSize,
            @DefaultValue("8KB") DataSize maxRequestLine,
            @DefaultValue("10s") Duration headerTimeout,
            @Nullable DataSize maxBodySize,
            @DefaultValue("10000") int maxInFlight) {

        public Limits {
            requireSize("limits.max-header-size", maxHeaderSize);
            requireSize("limits.max-request-line", maxRequestLine);
            requireTime("limits.header-timeout", headerTimeout);
            if (maxBodySize != null) {
                requireSize("limits.max-body-size", maxBodySize);
            }
            require("limits.max-in-flight", maxInFlight, maxInFlight > 0, "1 or more");
        }
    }

    /**
     * What browsers are told of calls from other origins, for APIs that do not say so themselves.
     *
     * @param enabled whether browsers are told anything, for APIs that do not say so themselves
     * @param allowOrigins origins that may call; an asterisk stands for any text
     * @param allowMethods methods that calls from other origins may use
     * @param allowHeaders headers that calls from other origins may have
     * @param exposeHeaders response headers that scripts from other origins may read
     * @param allowCredentials whether calls from other origins may have cookies and the like
     */
    public record Cors(
            @DefaultValue("false") boolean enabled,
            @DefaultValue("*") List<String> allowOrigins,

            @DefaultValue({"GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"})
            List<String> allowMethods,

            @DefaultValue({"authorization", "Access-Control-Allow-Origin", "Content-Type", "SOAPAction"})
            List<String> allowHeaders,

            @DefaultValue List<String> exposeHeaders,
            @DefaultValue("false") boolean allowCredentials) {}

    /**
     * What documents may name as secrets. Those in the folder may name any; this is for those that were deployed.
     *
     * @param directories folders of the files that documents which were deployed may name as ${file:…}; none: no file
     * @param variables what documents which were deployed may name as ${env:…}; an asterisk at the end stands for any text
     */
    public record Secrets(
            @DefaultValue List<@NotEmpty String> directories,
            @DefaultValue List<@NotEmpty String> variables) {}

    /** @param delay how long requests go on being served after SIGTERM while /ready answers 503 */
    public record Shutdown(@DefaultValue("5s") Duration delay) {

        public Shutdown {
            requireAtLeast("shutdown.delay", delay, Duration.ZERO);
        }
    }

    /** @param users who may sign in on the admin listener; without any, one named admin with a random password is made */
    public record Admin(@DefaultValue @Valid List<User> users) {}

    /**
     * @param username without a colon; each once
     * @param password with the way it is written in front: {bcrypt} or {noop}
     * @param roles what the user may do
     */
    public record User(
            @NotEmpty String username,
            @NotEmpty String password,
            @DefaultValue("admin") Set<AdminRole> roles) {

        /** Without the password: this ends in logs. */
        @Override
        public String toString() {
            return "User[" + username + ", " + roles + "]";
        }
    }

    /** What a user of the admin listener may do. */
    public enum AdminRole {
        VIEWER,
        DEPLOYER,
        ADMIN,
        /** Nothing but to follow what is deployed, and to tell how it goes: for gateways, and for nobody else. */
        GATEWAY
    }

    /**
     * @param type where deployed APIs are kept: in files, or in a PostgreSQL for several gateways (spring.datasource.*)
     * @param directory where deployed APIs are kept, or the copy of what is kept in PostgreSQL; of one gateway alone
     */
    public record Store(
            @DefaultValue("directory") StoreType type,
            @DefaultValue("data") @NotEmpty String directory) {}

    public enum StoreType {
        DIRECTORY,
        POSTGRESQL
    }

    /**
     * What logs and the admin API tell of who called.
     *
     * @param claim of the token that names the caller
     * @param hashed whether only a digest of the claim is told, the same for the same caller
     */
    public record Caller(
            @DefaultValue("sub") @NotEmpty String claim,
            @DefaultValue("true") boolean hashed) {}

    /**
     * @param urls where a gateway without a database of its own follows its control planes
     * @param username with which it signs in there, of a user with the role gateway
     * @param password with which it signs in there
     * @param sslBundle of the certificates that vouch for the control planes; without one, those that Java trusts
     */
    public record ControlPlane(
            @DefaultValue List<String> urls,
            @Nullable String username,
            @Nullable String password,
            @Nullable String sslBundle) {

        /** Whether there are any. */
        public boolean isFollowed() {
            return !urls.isEmpty();
        }

        /** Without the password: this ends in logs. */
        @Override
        public String toString() {
            return "ControlPlane[" + urls + ", " + username + ", " + sslBundle + "]";
        }
    }

    public enum AccessLog {
        JSON,
        TEXT,
        OFF
    }

    public enum Role {
        ALL,
        CONTROL_PLANE,
        GATEWAY;

        /** Whether callers of APIs are served. */
        public boolean servesTraffic() {
            return this != CONTROL_PLANE;
        }

        /** Whether something can be deployed or held here. */
        public boolean takesChanges() {
            return this != GATEWAY;
        }

        /** As it is written. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final Duration LEAST_TIME = Duration.ofMillis(1);

    /** No issuer is asked more often. */
    private static final Duration LEAST_KEY_LIFETIME = Duration.ofSeconds(30);

    /** Netty counts some of them in milliseconds, as an int. */
    private static final Duration LONGEST_TIME = Duration.ofDays(24);

    private static final int LONGEST_NAME = 100;

    private static final Pattern CONTROL_PLANE =
            Pattern.compile("https://([A-Za-z0-9.-]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?/?");

    private static final Pattern BLOCK = Pattern.compile("([0-9a-fA-F:.]+)/(\\d{1,3})");

    private static void requireTime(String key, Duration value) {
        requireAtLeast(key, value, LEAST_TIME);
    }

    private static void requireAtLeast(String key, Duration value, Duration least) {
        boolean fits = value.compareTo(least) >= 0 && value.compareTo(LONGEST_TIME) <= 0;
        require(key, value, fits, DurationStyle.SIMPLE.print(least) + " to " + LONGEST_TIME.toDays() + "d");
    }

    private static String print(Duration time) {
        return DurationStyle.SIMPLE.print(time, time.toMillisPart() == 0 ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
    }

    private static void requireSize(String key, DataSize value) {
        require(key, value, value.toBytes() > 0, "1B or more");
    }

    // Addresses only: a name would be looked up, and could change.
    private static void requireBlock(String block) {
        Matcher parts = BLOCK.matcher(block);
        boolean fits = parts.matches()
                && ((NetUtil.isValidIpV4Address(parts.group(1)) && Integer.parseInt(parts.group(2)) <= 32)
                        || (NetUtil.isValidIpV6Address(parts.group(1)) && Integer.parseInt(parts.group(2)) <= 128));
        require("trusted-proxies", block, fits, "CIDR blocks such as 10.0.0.0/8 or fd00::/8");
    }

    private static void requireFollower(ControlPlane followed, Role role, StoreType store) {
        String urls = "control-plane.urls";
        followed.urls()
                .forEach(url -> require(
                        urls, url, CONTROL_PLANE.matcher(url).matches(), "https://<host>:<port>, with no path"));
        require(urls, followed.urls(), role == Role.GATEWAY, "with understudy.role: gateway, or not at all");
        require(
                urls,
                followed.urls(),
                store == StoreType.DIRECTORY,
                "either these or understudy.store.type: postgresql, where a gateway asks the database by itself");
        String user = "a user of the control planes, who has the role gateway there";
        require("control-plane.username", "none", followed.username() != null, user);
        require("control-plane.password", "none", followed.password() != null, "the password of " + user);
    }

    private static void require(String key, Object value, boolean fits, String expected) {
        if (!fits) {
            throw new InvalidConfigurationPropertyValueException("understudy." + key, value, "expected: " + expected);
        }
    }
}
