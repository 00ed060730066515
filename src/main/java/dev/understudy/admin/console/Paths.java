package dev.understudy.admin.console;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriUtils;

/** Where the pages are. */
final class Paths {

    static final String CONSOLE = "/console";
    static final String ASSETS = CONSOLE + "/assets";
    static final String SIGN_IN = CONSOLE + "/sign-in";
    static final String SIGN_OUT = CONSOLE + "/sign-out";
    static final String ADD = CONSOLE + "/add";
    static final String CANDIDATE = ADD + "/{candidate}";
    static final String API = CONSOLE + "/apis/{id}";
    static final String ENDPOINTS = API + "/endpoints";
    static final String ENDPOINTS_DISCARD = ENDPOINTS + "/discard";
    static final String ENDPOINTS_DEPLOY = ENDPOINTS + "/deploy";
    static final String ENDPOINTS_DEPLOYED = ENDPOINTS + "/deployed";
    static final String TRY = API + "/try";
    static final String UNDEPLOY = API + "/undeploy";
    static final String REVISIONS = API + "/revisions";
    static final String REVISION = REVISIONS + "/{number}";
    static final String CONTENT = REVISION + "/content";
    static final String RESTORE = REVISION + "/restore";

    static final String NOW = CONSOLE + "/now";
    static final String NOW_STREAM = NOW + "/stream";
    static final String LADDERS = CONSOLE + "/endpoints";
    static final String ENDPOINT = LADDERS + "/{id}";
    static final String HOLD = ENDPOINT + "/hold";
    static final String RELEASE = ENDPOINT + "/release";
    static final String GATEWAYS = CONSOLE + "/gateways";
    static final String GATEWAYS_STREAM = GATEWAYS + "/stream";
    static final String REQUESTS = CONSOLE + "/requests";
    static final String REQUEST = REQUESTS + "/{id}";
    static final String EXPLAIN = CONSOLE + "/explain";

    /** Wherever it leads, it is a page of the console. */
    private static final Pattern OWN = Pattern.compile("/console(?:[/?](?!/)[A-Za-z0-9._~:%&=+!$'()*,;@/?-]{0,1000})?");

    private Paths() {}

    static String api(String id) {
        return CONSOLE + "/apis/" + UriUtils.encode(id, StandardCharsets.UTF_8);
    }

    static String revisions(String id) {
        return api(id) + "/revisions";
    }

    static String endpoints(String id) {
        return api(id) + "/endpoints";
    }

    static String tryIt(String id) {
        return api(id) + "/try";
    }

    static String candidate(String key) {
        return ADD + "/" + key;
    }

    static String endpoint(String id) {
        return LADDERS + "/" + UriUtils.encode(id, StandardCharsets.UTF_8);
    }

    static String request(String id) {
        return REQUESTS + "/" + UriUtils.encode(id, StandardCharsets.UTF_8);
    }

    static String signIn(String next) {
        return next.equals(CONSOLE) ? SIGN_IN : SIGN_IN + "?next=" + UriUtils.encode(next, StandardCharsets.UTF_8);
    }

    /** Where somebody wanted to go, if that is a page of the console; else the first page. */
    static String own(String wanted) {
        return OWN.matcher(wanted).matches() && !wanted.startsWith(SIGN_IN) ? wanted : CONSOLE;
    }

    static boolean isOfConsole(ServerWebExchange exchange) {
        String path = exchange.getRequest().getPath().value();
        return path.equals(CONSOLE) || path.startsWith(CONSOLE + "/");
    }
}
