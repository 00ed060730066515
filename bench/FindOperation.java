import dev.understudy.catalog.Access;
import dev.understudy.catalog.Api;
import dev.understudy.catalog.Catalog;
import dev.understudy.catalog.Match;
import dev.understudy.catalog.Operation;
import dev.understudy.catalog.PathTemplate;
import dev.understudy.catalog.RequestPath;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How long the catalog takes to find an operation, by the number of operations. See README.md. */
final class FindOperation {

    private static final int[] SIZES = {10, 100, 1_000, 10_000};
    private static final int ROUNDS = 15;
    private static final int FINDS = 200_000;

    /** What a gateway touches between two searches, about: its sockets, its buffers, what a request makes. */
    private static final int BETWEEN_BYTES = 64 << 10;

    private static final int TURNS = 100_000;

    // More than any processor's cache has room for.
    private static final long[] MEMORY = new long[8 << 20];
    private static int touched;

    /** Kept so that no find can be left out. */
    private static int found;

    record Case(int operations, String name, Catalog catalog, String path, boolean there) {}

    public static void main(String[] args) {
        List<Case> cases = new ArrayList<>();
        for (int size : SIZES) {
            Catalog catalog = catalog(size);
            int last = size - 1;
            cases.add(new Case(size, "first", catalog, path(0), true));
            cases.add(new Case(size, "last", catalog, path(last), true));
            cases.add(new Case(size, "miss", catalog, path(last) + "/none", false));
        }
        double[][] nanos = new double[cases.size()][ROUNDS];
        // All cases in each round, so that whatever else the machine does meets all of them.
        for (int round = -5; round < ROUNDS; round++) {
            for (int i = 0; i < cases.size(); i++) {
                double time = measure(cases.get(i));
                if (round >= 0) {
                    nanos[i][round] = time;
                }
            }
        }
        System.out.printf("%-12s %-6s %10s %10s%n", "operations", "which", "ns/find", "ratio");
        for (int i = 0; i < cases.size(); i++) {
            double ratio = median(nanos[i]) / median(nanos[i % 3]);
            System.out.printf(
                    "%-12d %-6s %10.0f %9.2fx%n", cases.get(i).operations(), cases.get(i).name(), median(nanos[i]), ratio);
        }
        System.out.println("(ratio: to the same find among " + SIZES[0] + "; " + found + " finds in all)");
        inTurn(cases);
    }

    /**
     * All operations in turn, with the name of each, which every request is told by. Of many operations each has been out of the
     * processor's caches for long when its turn comes; of ten none has.
     */
    private static void inTurn(List<Case> cases) {
        System.out.printf("%n%-12s %-6s %10s%n", "operations", "which", "ns/find");
        for (Case of : cases.stream().filter(each -> each.name().equals("first")).toList()) {
            double[] rounds = new double[ROUNDS];
            for (int round = -5; round < ROUNDS; round++) {
                double time = turns(of);
                if (round >= 0) {
                    rounds[round] = time;
                }
            }
            System.out.printf("%-12d %-6s %10.0f%n", of.operations(), "all", median(rounds));
        }
        System.out.println("(in turn, " + (BETWEEN_BYTES >> 10) + " KiB of other memory touched before each; with the clock's own time)");
    }

    private static double turns(Case of) {
        long took = 0;
        for (int i = 0; i < TURNS; i++) {
            RequestPath path = RequestPath.parse(path(i % of.operations()));
            for (int line = 0; line < BETWEEN_BYTES / 64; line++) {
                touched = touched + 8 & MEMORY.length - 1;
                found += (int) MEMORY[touched]++ & 1;
            }
            long begin = System.nanoTime();
            Match.Found match = (Match.Found) of.catalog().find("gateway.example:9095", "GET", path);
            found += match.name().length();
            took += System.nanoTime() - begin;
        }
        return took / (double) TURNS;
    }

    // With the parsing of the path, as for a request.
    private static double measure(Case of) {
        long begin = System.nanoTime();
        for (int i = 0; i < FINDS; i++) {
            Match match = of.catalog().find("gateway.example:9095", "GET", RequestPath.parse(of.path()));
            if (match instanceof Match.Found != of.there()) {
                throw new IllegalStateException(of.path() + ": " + match);
            }
            found++;
        }
        return (System.nanoTime() - begin) / (double) FINDS;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static String path(int operation) {
        return "/api" + operation / 100 + "/v1/thing" + operation % 100 + "/17/part";
    }

    private static Catalog catalog(int size) {
        List<Api> apis = new ArrayList<>();
        for (int first = 0; first < size; first += 100) {
            List<Operation> operations = new ArrayList<>();
            for (int i = first; i < Math.min(size, first + 100); i++) {
                operations.add(new Operation(
                        "GET",
                        PathTemplate.parse("/thing" + i % 100 + "/{id}/part"),
                        Optional.empty(),
                        Optional.empty(),
                        new Access.Open(),
                        false,
                        false));
            }
            apis.add(new Api(
                    "Api" + first / 100,
                    "1",
                    "/api" + first / 100 + "/v1",
                    Set.of(),
                    "Authorization",
                    Optional.empty(),
                    operations,
                    false));
        }
        return Catalog.of(apis);
    }
}
