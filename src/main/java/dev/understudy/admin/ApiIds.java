package dev.understudy.admin;

import java.util.regex.Pattern;
import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** How APIs are named by those who put them. */
public final class ApiIds {

    /** In front of the name of a file; no id that can be given begins with it. */
    public static final String FOLDER = "folder:";

    /** What an id has to be, in words. */
    public static final String EXPECTED =
            "1 to 100 characters of A-Z, a-z, 0-9 and . _ ~ : -, the first a letter or a digit";

    private static final Pattern ID = Pattern.compile("(?!folder:)[A-Za-z0-9][A-Za-z0-9._~:-]{0,99}");

    private ApiIds() {}

    public static boolean isOfFolder(String id) {
        return id.startsWith(FOLDER);
    }

    /** Whether somebody may give an API this id. */
    public static boolean isGivable(String id) {
        return ID.matcher(id).matches();
    }

    /** @throws ErrorResponseException with 409 if it is that of a file, which is changed in the folder */
    public static void requireNotOfFolder(String id) {
        if (isOfFolder(id)) {
            throw AdminProblems.problem(
                    HttpStatus.CONFLICT,
                    Parameters.shown(id)
                            + " is served from the folder of documents (to change it: change the file there)");
        }
    }
}
