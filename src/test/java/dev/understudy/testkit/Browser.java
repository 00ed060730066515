package dev.understudy.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotCaret;
import com.microsoft.playwright.options.ScreenshotType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.provider.Arguments;

/**
 * A Chromium that is installed on this machine, without a window. Tests that need one are left out where there is none,
 * unless {@code BROWSER_TESTS=required} says that this is a failure. Not for several threads at once.
 */
public final class Browser implements AutoCloseable {

    private static final String REQUIRED = "BROWSER_TESTS";
    public static final Path PICTURES = Path.of("docs/images/console");
    private static final int QUALITY = 70;

    // Pictures in the documents stand side by side: less than this cannot be read, and more of it is many megabytes.
    private static final double SCALE_OF_PICTURES = 0.75;
    private static final Path NARROW = Path.of("target/pictures");

    /**
     * Widths and schemes in which pages are looked at: colours do not depend on the width, nor does the layout on the scheme. For
     * the documents, all of them.
     */
    public static Stream<Arguments> looks() {
        Stream<Arguments> enough =
                Stream.of(Arguments.of(1280, ColorScheme.LIGHT), Arguments.of(320, ColorScheme.DARK));
        Stream<Arguments> others =
                Stream.of(Arguments.of(1280, ColorScheme.DARK), Arguments.of(320, ColorScheme.LIGHT));
        return Boolean.getBoolean("docs.write") ? Stream.concat(enough, others) : enough;
    }

    // The first one has no windows at all, and needs two thirds of the time.
    private static final List<Path> PLACES = List.of(
            Path.of("/usr/bin/chromium-headless-shell"),
            Path.of("/usr/bin/chromium"),
            Path.of("/usr/bin/chromium-browser"),
            Path.of("/usr/bin/google-chrome"));

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final String origin;

    private Browser(Playwright playwright, com.microsoft.playwright.Browser chromium, String origin) {
        this.playwright = playwright;
        this.chromium = chromium;
        this.origin = origin;
    }

    /** @param port of a TLS listener on this machine, to which paths of pages belong */
    public static Browser on(int port) {
        Path executable = executable();
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            List<String> arguments = new ArrayList<>(List.of("--disable-gpu", "--disable-dev-shm-usage"));
            if (System.getProperty("user.name").equals("root")) {
                arguments.add("--no-sandbox");
            }
            return new Browser(
                    playwright,
                    playwright
                            .chromium()
                            .launch(new BrowserType.LaunchOptions()
                                    .setExecutablePath(executable)
                                    .setTimeout(60_000)
                                    .setArgs(arguments)),
                    "https://localhost:" + port);
        } catch (RuntimeException e) {
            playwright.close();
            throw e;
        }
    }

    /** A window of its own, with cookies of its own. It complains of whatever the page's policy forbids. */
    public Window window(int width, int height, ColorScheme scheme) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(origin)
                .setIgnoreHTTPSErrors(true)
                .setViewportSize(width, height)
                .setDeviceScaleFactor(Boolean.getBoolean("docs.write") ? SCALE_OF_PICTURES : 1)
                .setColorScheme(scheme)
                .setReducedMotion(ReducedMotion.REDUCE));
        context.setDefaultTimeout(30_000);
        return new Window(context, context.newPage());
    }

    /** The same where scripts are off. */
    public Window withoutScripts(int width, int height) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setBaseURL(origin)
                .setIgnoreHTTPSErrors(true)
                .setJavaScriptEnabled(false)
                .setViewportSize(width, height));
        context.setDefaultTimeout(30_000);
        return new Window(context, context.newPage());
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }

    private static Path executable() {
        Stream<Path> places =
                Stream.concat(Stream.ofNullable(System.getenv("CHROMIUM")).map(Path::of), PLACES.stream());
        Path found = places.filter(Files::isExecutable).findFirst().orElse(null);
        boolean required = "required".equals(System.getenv(REQUIRED));
        if (found == null && required) {
            throw new IllegalStateException("No Chromium in " + PLACES + ", and " + REQUIRED + "=required");
        }
        Assumptions.assumeTrue(
                found != null,
                () -> "No Chromium in " + PLACES
                        + " or where CHROMIUM says: the console is not looked at in a browser");
        return found;
    }

    /** One window. */
    public static final class Window implements AutoCloseable {

        private final BrowserContext context;
        private final Page page;
        private final List<String> complaints = new ArrayList<>();

        private Window(BrowserContext context, Page page) {
            this.context = context;
            this.page = page;
            page.onConsoleMessage(message -> {
                if (message.type().equals("error") && !message.text().contains("status of 4")) {
                    complaints.add(message.text());
                }
            });
            page.onPageError(complaints::add);
        }

        public Page page() {
            return page;
        }

        public Window open(String path) {
            page.navigate(path);
            return this;
        }

        /** Signs in to the console by keyboard, and ends on its first page. */
        public Window signedIn(String user, String password) {
            open("/console");
            page.fill("#username", user);
            page.fill("#password", password);
            page.keyboard().press("Enter");
            page.waitForSelector("h1:text-is('APIs')");
            return this;
        }

        /** What every page must be, and its picture. @param name of the picture */
        public void look(String name) {
            assertFits();
            assertAccessible();
            picture(name);
        }

        /** What went wrong in scripts, and what the policy of the pages forbade. */
        public List<String> complaints() {
            return complaints;
        }

        /** No rule of WCAG that a program can check is broken. */
        public void assertAccessible() {
            AxeRunOptions options = new AxeRunOptions();
            options.setResultTypes(List.of("violations"));
            // In the page itself, which has no frames: the other way opens another page for the results of each.
            List<Rule> broken = new AxeBuilder(page)
                    .setLegacyMode(true)
                    .options(options)
                    .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"))
                    .analyze()
                    .getViolations();
            assertThat(broken)
                    .as("%s", page.url())
                    .extracting(rule -> rule.getImpact() + " " + rule.getId() + ": " + rule.getHelp() + " at "
                            + rule.getNodes().stream()
                                    .map(node -> node.getHtml() + " " + node.getFailureSummary())
                                    .limit(3)
                                    .toList())
                    .isEmpty();
        }

        /** Nothing is wider than the window. */
        public void assertFits() {
            assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                    .as(
                            "%s is wider than the window: %s",
                            page.url(),
                            page.evaluate(
                                    "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"))
                    .isEqualTo(true);
        }

        /**
         * What the window shows, for the documents, where they are made anew; narrow ones are only to be looked at. The caret stays:
         * it would be hidden with a style that the policy of the pages forbids.
         *
         * @param name without ending
         */
        public void picture(String name) {
            if (Boolean.getBoolean("docs.write")) {
                page.screenshot(new Page.ScreenshotOptions()
                        .setPath((name.contains("-320-") ? NARROW : PICTURES).resolve(name + ".jpeg"))
                        .setType(ScreenshotType.JPEG)
                        .setQuality(QUALITY)
                        .setCaret(ScreenshotCaret.INITIAL));
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }
}
