package dev.anteroom.fleet;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on a Redis, over one connection. One that fails or does not answer in time is given up for a new one, instead of being
 * waited for: whoever asks again gets an answer as soon as there is one, and nothing is sent twice. Thread-safe.
 */
public final class RedisScripts implements ScriptRunner, AutoCloseable {
    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;

    // Guarded by this.
    private @Nullable CompletableFuture<StatefulRedisConnection<String, String>> connection;

    private RedisScripts(RedisURI uri, Duration timeout, SslOptions tls) {
        this.uri = uri;
        resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        client = RedisClient.create(resources);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .socketOptions(SocketOptions.builder().connectTimeout(timeout).build())
                .timeoutOptions(TimeoutOptions.enabled(timeout))
                .sslOptions(tls)
                .build());
    }

    /**
     * Prepares to connect; the first script does.
     *
     * @param uri where the Redis is, with user, password and TLS as it needs
     * @return a runner, which is to be closed
     */
    public static RedisScripts open(RedisURI uri) {
        return open(uri, Duration.ofSeconds(1));
    }

    /**
     * Prepares to connect; the first script does.
     *
     * @param uri where the Redis is, with user, password and TLS as it needs
     * @param timeout how long an answer may take
     * @return a runner, which is to be closed
     */
    public static RedisScripts open(RedisURI uri, Duration timeout) {
        return open(uri, timeout, SslOptions.create());
    }

    /**
     * Prepares to connect; the first script does.
     *
     * @param uri where the Redis is, with user, password and TLS as it needs
     * @param timeout how long an answer may take
     * @param tls whom to trust and what to show, where the URI asks for TLS; files are read at each connection
     * @return a runner, which is to be closed
     */
    public static RedisScripts open(RedisURI uri, Duration timeout, SslOptions tls) {
        RedisURI own = RedisURI.builder(uri).withTimeout(timeout).build();
        return new RedisScripts(own, timeout, tls);
    }

    @Override
    public CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments) {
        CompletableFuture<StatefulRedisConnection<String, String>> used = connection();
        return used.thenCompose(redis -> run(redis.async(), script, keys, arguments))
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        giveUp(used);
                    }
                });
    }

    private static CompletionStage<List<String>> run(
            RedisAsyncCommands<String, String> redis, String script, List<String> keys, List<String> arguments) {
        String[] keyArray = keys.toArray(new String[0]);
        String[] argumentArray = arguments.toArray(new String[0]);
        return redis.<List<String>>evalsha(redis.digest(script), ScriptOutputType.MULTI, keyArray, argumentArray)
                .exceptionallyCompose(failure -> isUnknownScript(failure)
                        ? redis.<List<String>>eval(script, ScriptOutputType.MULTI, keyArray, argumentArray)
                        : CompletableFuture.failedStage(failure));
    }

    private static boolean isUnknownScript(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }

    private synchronized CompletableFuture<StatefulRedisConnection<String, String>> connection() {
        if (connection == null || isClosed(connection)) {
            try {
                connection = client.connectAsync(StringCodec.UTF8, uri).toCompletableFuture();
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e); // closed
            }
        }
        return connection;
    }

    private static boolean isClosed(CompletableFuture<StatefulRedisConnection<String, String>> connection) {
        return connection.isDone()
                && !connection.isCompletedExceptionally()
                && !connection.join().isOpen();
    }

    /** Whoever comes next connects anew. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when, or whether, a broken connection is closed
    private void giveUp(CompletableFuture<StatefulRedisConnection<String, String>> used) {
        synchronized (this) {
            if (connection == used) {
                connection = null;
            }
        }
        used.thenAccept(broken -> {
            if (broken.isOpen()) {
                broken.closeAsync();
            }
        });
    }

    /** Closes the connection. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the threads are daemons, and end by themselves
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        resources.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
