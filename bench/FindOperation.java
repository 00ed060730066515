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
