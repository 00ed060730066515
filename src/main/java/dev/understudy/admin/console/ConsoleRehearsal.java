package dev.understudy.admin.console;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.http.HttpStatus;

/**
 * Makes two pages for nobody when the gateway serves. What all pages need is loaded when the first one is made, and whoever
 * asks for that one would wait for it. Not before: the start of the gateway is not to wait for pages.
 */
final class ConsoleRehearsal implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger log = LoggerFactory.getLogger(ConsoleRehearsal.class);

    private final Console console;

    ConsoleRehearsal(Console console) {
        this.console = console;
    }

    /** Waits for nothing: the pages are made where all are made. */
    @Override
    public void onApplicationEvent(ApplicationReadyEvent ready) {
        // The console works without it.
        console.work(this::play).subscribe(played -> {}, e -> log.debug("No page could be made before the first", e));
    }

    private boolean play() {
        console.rehearse(SignInPage.page(HttpStatus.OK, Paths.CONSOLE, "", "", false));
        console.rehearse(ApisPage.empty());
        log.debug("Two pages were made before the first");
        return true;
    }
}
