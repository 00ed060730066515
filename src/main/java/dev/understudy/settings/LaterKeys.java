package dev.understudy.settings;

import java.util.List;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/** Says of each key that is set and has no effect in this version that it has none. */
final class LaterKeys implements ApplicationListener<ApplicationPreparedEvent> {

    private static final Logger log = LoggerFactory.getLogger(LaterKeys.class);

    static final List<String> NAMES = List.of("understudy.role", "understudy.control-plane");

    @Override
    public void onApplicationEvent(ApplicationPreparedEvent event) {
        Environment environment = event.getApplicationContext().getEnvironment();
        if (event.getApplicationContext().getParent() != null) {
            return;
        }
        NAMES.stream()
                .filter(name -> isSet(environment, ConfigurationPropertyName.of(name)))
                .forEach(name -> log.warn("{} is set, but is not in effect in this version", name));
    }

    private static boolean isSet(Environment environment, ConfigurationPropertyName name) {
        return StreamSupport.stream(
                        ConfigurationPropertySources.get(environment).spliterator(), false)
                .anyMatch(source -> source.getConfigurationProperty(name) != null
                        || source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT);
    }
}
