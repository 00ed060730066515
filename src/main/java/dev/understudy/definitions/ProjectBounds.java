package dev.understudy.definitions;

import dev.understudy.openapi.Finding;
import java.text.Normalizer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Gathers the files of one project, wherever they come from, and ends that where they are more than a project has. */
final class ProjectBounds {

    /** Of a zip: 20 MiB. */
    static final int LARGEST_ARCHIVE = 20 << 20;

    /** Files and folders. */
    static final int MOST_ENTRIES = 500;

    /** Of all files together: 64 MiB. */
    static final int LARGEST_TOTAL = 64 << 20;

    private static final int LONGEST_PATH = 500;
    private static final Pattern UNFIT = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\\\]|^[A-Za-z]:");

    /** Ends the gathering. Its message is for the author of the project. */
    static final class Exceeded extends Exception {

        private static final long serialVersionUID = 1L;

        Exceeded(String message) {
            super(message, null, false, false);
        }
    }

    private final SortedMap<String, byte[]> files = new TreeMap<>();

    /** As a file system sees them that takes capital and small letters for the same. */
    private final Set<String> names = new HashSet<>();

    private final Set<String> folders = new HashSet<>();
    private int entries;
    private long total;

    /** One more file or folder, whatever it is. */
    void count() throws Exceeded {
        if (++entries > MOST_ENTRIES) {
            throw new Exceeded("more than " + MOST_ENTRIES + " files and folders (expected: fewer)");
        }
    }

    /** How much there may still be of all files together. */
    int left() {
        return (int) (LARGEST_TOTAL - total);
    }

    Exceeded tooMuch() {
        return new Exceeded("more than " + LARGEST_TOTAL + " bytes in all files together (expected: fewer)");
    }

    void addFolder(String path) throws Exceeded {
        requireFit(path);
        folders.add(folded(path));
    }

    void addFile(String path, byte[] content) throws Exceeded {
        requireFit(path);
        if (!names.add(folded(path))) {
            throw new Exceeded(shown(path) + " stands twice, perhaps with other capitals (expected: once)");
        }
        total += content.length;
        if (total > LARGEST_TOTAL) {
            throw tooMuch();
        }
        files.put(path, content);
    }

    /** All files, without the folder that all of them may be in. */
    SortedMap<String, byte[]> files() throws Exceeded {
        for (String path : files.keySet()) {
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                folders.add(folded(path.substring(0, slash)));
            }
        }
        for (String path : files.keySet()) {
            if (folders.contains(folded(path))) {
                throw new Exceeded(shown(path) + " is a file and a folder (expected: one of them)");
            }
        }
        return files;
    }

    static String shown(String path) {
        String open = path.length() > 100 ? path.substring(0, 99) + "…" : path;
        return "'" + Finding.onOneLine(open) + "'";
    }

    // It is never a path of this machine's file system. Whoever unpacks the same project elsewhere must be as safe.
    private static void requireFit(String path) throws Exceeded {
        boolean fit = path.length() <= LONGEST_PATH && !UNFIT.matcher(path).find();
        for (String name : path.split("/", -1)) {
            fit &= !name.isEmpty() && !name.equals(".") && !name.equals("..");
        }
        if (!fit) {
            throw new Exceeded(shown(path)
                    + " (expected: a path within the project, of names with '/' between them, without '..' and '\\')");
        }
    }

    private static String folded(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
