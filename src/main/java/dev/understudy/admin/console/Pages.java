package dev.understudy.admin.console;

import dev.understudy.admin.AdminProblems;
import dev.understudy.background.BackgroundThreads;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.spring6.SpringTemplateEngine;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.ClassLoaderTemplateResolver;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Makes pages of templates. On threads of its own, since neither an event loop nor what requests need has the time for it;
 * few at once, and few in line.
 */
final class Pages implements AutoCloseable {

    static final int THREADS = 2;
    static final int LINE = 50;
    static final int LINE_OF_READER = 16;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ITemplateEngine engine = engine();
    private final Scheduler threads = BackgroundThreads.scheduler("console", THREADS, LINE);

    // What reads whole documents does not keep the others waiting, nor are there many in memory at once.
    private final Scheduler reader = BackgroundThreads.scheduler("console-reader", 1, LINE_OF_READER);

    /** Does some work where it may take its time, and may wait. Ends with a problem where too much is under way. */
    <T> Mono<T> work(Callable<T> work) {
        return work(work, threads);
    }

    /** The same for what reads whole documents. */
    <T> Mono<T> slowly(Callable<T> work) {
        return work(work, reader);
    }

    private static <T> Mono<T> work(Callable<T> work, Scheduler threads) {
        return Mono.defer(() -> done(work))
                .subscribeOn(threads)
                .timeout(PATIENCE, Schedulers.parallel())
                .publishOn(Schedulers.parallel())
                .onErrorMap(
                        RejectedExecutionException.class,
                        full -> AdminProblems.later("Too many pages are being made already."))
                .onErrorMap(TimeoutException.class, late -> AdminProblems.later("This took too long to find out."));
    }

    // Who has left waits for nothing any more, and nothing went wrong.
    private static <T> Mono<T> done(Callable<T> work) {
        try {
            return Mono.just(work.call());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Mono.empty();
        } catch (Exception e) {
            return Mono.error(e);
        }
    }

    /** @param fragments of the template; empty: all of it */
    byte[] render(String template, Set<String> fragments, Map<String, Object> model) {
        Context context = new Context(Locale.ENGLISH, model);
        String page =
                fragments.isEmpty() ? engine.process(template, context) : engine.process(template, fragments, context);
        return page.getBytes(StandardCharsets.UTF_8);
    }

    /** A part of a page, without what stands around it. */
    String part(String template, String fragment, Map<String, Object> model) {
        return new String(render(template, Set.of(fragment), model), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        threads.dispose();
        reader.dispose();
    }

    private static ITemplateEngine engine() {
        ClassLoaderTemplateResolver templates = new ClassLoaderTemplateResolver(Pages.class.getClassLoader());
        templates.setPrefix("console/");
        templates.setSuffix(".html");
        templates.setTemplateMode(TemplateMode.HTML);
        templates.setCharacterEncoding(StandardCharsets.UTF_8.name());
        SpringTemplateEngine engine = new SpringTemplateEngine();
        engine.setTemplateResolver(templates);
        return engine;
    }
}
