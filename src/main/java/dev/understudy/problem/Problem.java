package dev.understudy.problem;

/**
 * The conditions under which the gateway answers a request itself, with the status and the code of each. The codes are
 * those of WSO2's gateways, whose callers know them.
 */
public enum Problem {
    BAD_REQUEST(400, "400", "Bad Request", "The request is not valid"),
    NO_TOKEN(401, "900902", "Missing Credentials", "Invalid credentials. Make sure your API call provides a token"),
    INVALID_TOKEN(
            401, "900901", "Invalid Credentials", "Invalid credentials. Make sure you have given the correct token"),
    EXPIRED_TOKEN(401, "900903", "Access Token Expired", "Renew the access token and try again"),
    NO_ENDPOINT_FOR_KEY_TYPE(
            401, "900901", "Invalid Credentials", "The API has no endpoint for the key type of the token"),
    KEYS_UNKNOWN(401, "900900", "Unclassified Authentication Failure", "The keys of the issuer are not known yet"),
    SCOPE_MISSING(403, "900910", "Forbidden", "The access token does not allow you to access the requested resource"),
    NO_PATH(404, "404", "Not Found", "The requested resource is not available"),
    NO_METHOD(405, "405", "Method Not Allowed", "The requested resource does not have this method"),
    BODY_TOO_LARGE(413, "413", "Content Too Large", "The request body is longer than the gateway takes"),
    NOT_REACHED(503, "102503", "Upstream connection failed", "No endpoint could be reached"),
    API_BLOCKED(
            503,
            "700700",
            "API blocked",
            "This API has been blocked temporarily. Please try again later or contact the system administrators."),
    OVERLOADED(503, "102505", "Upstream overflow", "The gateway has more requests in flight than it takes"),
    HELD_DOWN(503, "102508", "No healthy upstream", "Every endpoint is held down by an operator"),
    NO_ANSWER(502, "102510", "Upstream connection termination", "The endpoint ended the connection before it answered"),
    TIMEOUT(504, "102504", "Upstream connection timeout", "The endpoint did not answer in time"),
    INTERNAL(500, "900967", "Internal Server Error", "The gateway could not serve the request");

    private final int status;
    private final String code;
    private final String title;
    private final String description;

    Problem(int status, String code, String title, String description) {
        this.status = status;
        this.code = code;
        this.title = title;
        this.description = description;
    }

    public int status() {
        return status;
    }

    public String code() {
        return code;
    }

    public String title() {
        return title;
    }

    /** What the caller is told where nothing more exact is known. */
    public String description() {
        return description;
    }
}
