package dev.understudy.store;

import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.Environment;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/** The tables of a store in PostgreSQL, and the way to them. Every wait for it has an end. Safe for use by many threads. */
public final class Database implements Closeable {

    private static final String URL = "spring.datasource.url";
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofSeconds(30);

    /** Any number, as long as it stays the same and nobody else uses it for something else. */
    private static final long MIGRATION = 0x756e_6465_7273_7475L;

    // For tables to be made, beside whoever listens for news; after that it is one or two.
    private static final int CONNECTIONS = 4;

    private final HikariDataSource source;
    private final JdbcClient jdbc;
    private final TransactionTemplate changes;
    private final TransactionTemplate reads;
    private boolean migrated;

    /**
     * Does not connect yet.
     *
     * @throws InvalidConfigurationPropertyValueException if {@code spring.datasource.url} is not that of a PostgreSQL
     */
    public static Database of(Environment environment) {
        Binder binder = Binder.get(environment);
        DataSourceProperties properties = binder.bindOrCreate("spring.datasource", DataSourceProperties.class);
        String url = properties.getUrl();
        if (url == null || !url.startsWith("jdbc:postgresql:")) {
            throw new InvalidConfigurationPropertyValueException(
                    URL,
                    url == null ? null : url.split("[?@]", 2)[0],
                    "needed where understudy.store.type is postgresql (expected: jdbc:postgresql://<host>/<database>)");
        }
        HikariDataSource source = properties
                .initializeDataSourceBuilder()
                .type(HikariDataSource.class)
                .build();
        source.setPoolName("database");
        source.setMinimumIdle(1);
        source.setConnectionTimeout(CONNECT.toMillis());
        source.setValidationTimeout(CONNECT.toMillis());
        // A pool that is made while nobody answers is one all the same.
        source.setInitializationFailTimeout(-1);
        source.addDataSourceProperty("connectTimeout", String.valueOf(CONNECT.toSeconds()));
        source.addDataSourceProperty("socketTimeout", String.valueOf(ANSWER.toSeconds()));
        source.addDataSourceProperty("loginTimeout", String.valueOf(CONNECT.toSeconds()));
        source.addDataSourceProperty("tcpKeepAlive", "true");
        source.addDataSourceProperty("ApplicationName", "understudy");
        source.setIdleTimeout(IDLE.toMillis());
        binder.bind("spring.datasource.hikari", Bindable.ofInstance(source));
        source.setMaximumPoolSize(Math.max(CONNECTIONS, source.getMaximumPoolSize()));
        return new Database(source);
    }

    private Database(HikariDataSource source) {
        this.source = source;
        this.jdbc = JdbcClient.create(source);
        JdbcTransactionManager manager = new JdbcTransactionManager(source);
        this.changes = new TransactionTemplate(manager);
        this.reads = new TransactionTemplate(manager);
        reads.setReadOnly(true);
        reads.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    }

    JdbcClient jdbc() {
        return jdbc;
    }

    DataSource source() {
        return source;
    }

    /** Does something in one transaction: all of it or nothing. @throws StoreAway if it cannot be done, or not be told */
    <T> T change(Supplier<T> work) throws StoreAway {
        return inTransaction(changes, work);
    }

    /** Looks at what there was at one moment. @throws StoreAway if that cannot be seen */
    <T> T read(Supplier<T> work) throws StoreAway {
        return inTransaction(reads, work);
    }

    @Override
    public void close() {
        source.close();
    }

    private <T> T inTransaction(TransactionTemplate transaction, Supplier<T> work) throws StoreAway {
        try {
            migrate();
            return transaction.execute(status -> work.get());
        } catch (CannotCreateTransactionException | CannotGetJdbcConnectionException e) {
            throw StoreAway.unreachable(e);
        } catch (DataAccessException | TransactionException e) {
            throw StoreAway.refusing(e);
        }
    }

    // Not before there is something to be asked: the database may be away when the gateway starts. One gateway at a
    // time:
    // Flyway does not bear that another one begins in the same schema, if that is not empty.
    private synchronized void migrate() throws StoreAway {
        if (migrated) {
            return;
        }
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT pg_advisory_xact_lock(" + MIGRATION + ")");
            Flyway.configure(getClass().getClassLoader())
                    .dataSource(source)
                    .locations("classpath:db/understudy")
                    .table("understudy_schema")
                    // Tables of others may be in the same schema.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .connectRetries(0)
                    .load()
                    .migrate();
            connection.rollback();
        } catch (SQLTransientConnectionException e) {
            throw StoreAway.unreachable(e);
        } catch (SQLException | FlywayException e) {
            throw StoreAway.refusing(e);
        }
        migrated = true;
    }
}
