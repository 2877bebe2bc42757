package dev.anteroom.fleet;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs scripts on a Redis over one connection. A connection that breaks or does not answer in time is replaced at once:
 * the next call is answered as soon as the Redis is back, and no call is sent twice. A connection that returns errors
 * is replaced, too, because a new one may reach another server or use another password, but less and less often.
 * Thread-safe.
 */
public final class RedisScripts implements ScriptRunner, AutoCloseable {
    private static final Duration FIRST_ERROR_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_ERROR_PAUSE = Duration.ofSeconds(4);

    private final ClientResources resources;
    private final RedisClient client;
    private final RedisURI uri;

    // Guarded by this.
    private @Nullable CompletableFuture<Link> link;

    private volatile Duration errorPause = FIRST_ERROR_PAUSE;
    private long errorPauseEndNanos = System.nanoTime();

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
     * Creates a runner that connects when the first script runs, with a timeout of 1 second.
     *
     * @param uri the address of the Redis, with user, password and TLS if it needs them
     * @return a runner, to be closed by the caller
     */
    public static RedisScripts open(RedisURI uri) {
        return open(uri, Duration.ofSeconds(1));
    }

    /**
     * Creates a runner that connects when the first script runs.
     *
     * @param uri the address of the Redis, with user, password and TLS if it needs them
     * @param timeout the longest time for connecting, and for an answer
     * @return a runner, to be closed by the caller
     */
    public static RedisScripts open(RedisURI uri, Duration timeout) {
        return open(uri, timeout, SslOptions.create());
    }

    /**
     * Creates a runner that connects when the first script runs.
     *
     * @param uri the address of the Redis, with user, password and TLS if it needs them
     * @param timeout the longest time for connecting, and for an answer
     * @param tls trusted certificates and the client's own, used if the URI asks for TLS; files are read at each
     *     connection
     * @return a runner, to be closed by the caller
     */
    public static RedisScripts open(RedisURI uri, Duration timeout, SslOptions tls) {
        RedisURI own = RedisURI.builder(uri).withTimeout(timeout).build();
        return new RedisScripts(own, timeout, tls);
    }

    @Override
    public CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments) {
        CompletableFuture<Link> used = link();
        return used.thenCompose(link -> link.run(script, keys, arguments)).whenComplete((answer, failure) -> {
            if (failure == null) {
                errorPause = FIRST_ERROR_PAUSE;
            } else if (!(cause(failure) instanceof RedisCommandExecutionException) || isPauseOver()) {
                giveUp(used);
            }
        });
    }

    /**
     * Returns whether a connection that returns errors may be replaced now; if so, begins a longer, randomized pause.
     */
    private synchronized boolean isPauseOver() {
        long now = System.nanoTime();
        if (now - errorPauseEndNanos < 0) {
            return false;
        }
        long pause = errorPause.toNanos();
        errorPauseEndNanos = now + pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2);
        errorPause = errorPause.compareTo(LONGEST_ERROR_PAUSE) < 0 ? errorPause.multipliedBy(2) : errorPause;
        return true;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /**
     * A connection, and the scripts sent over it. A script is sent in full the first time, and by its digest
     * afterwards.
     *
     * @param digests the digest of each script that was sent
     */
    private record Link(StatefulRedisConnection<String, String> connection, Map<String, String> digests) {
        CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments) {
            RedisAsyncCommands<String, String> redis = connection.async();
            String[] keyArray = keys.toArray(new String[0]);
            String[] argumentArray = arguments.toArray(new String[0]);
            String digest = digests.get(script);
            if (digest == null) {
                digests.put(script, redis.digest(script));
                return redis.eval(script, ScriptOutputType.MULTI, keyArray, argumentArray);
            }
            return redis.<List<String>>evalsha(digest, ScriptOutputType.MULTI, keyArray, argumentArray)
                    .exceptionallyCompose(failure -> cause(failure) instanceof RedisNoScriptException
                            ? redis.eval(script, ScriptOutputType.MULTI, keyArray, argumentArray)
                            : CompletableFuture.failedStage(failure));
        }
    }

    private synchronized CompletableFuture<Link> link() {
        if (link == null || isClosed(link)) {
            try {
                link = client.connectAsync(StringCodec.UTF8, uri)
                        .thenApply(connection -> new Link(connection, new ConcurrentHashMap<>()))
                        .toCompletableFuture();
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e); // closed
            }
        }
        return link;
    }

    private static boolean isClosed(CompletableFuture<Link> link) {
        return link.isDone()
                && !link.isCompletedExceptionally()
                && !link.join().connection().isOpen();
    }

    /** Closes a broken connection; the next call opens another. */
    @SuppressWarnings("FutureReturnValueIgnored") // nothing depends on when, or whether, a broken connection is closed
    private void giveUp(CompletableFuture<Link> used) {
        synchronized (this) {
            if (link == used) {
                link = null;
            }
        }
        used.thenAccept(broken -> {
            if (broken.connection().isOpen()) {
                broken.connection().closeAsync();
            }
        });
    }

    /** Closes the connection, and stops the threads without waiting for them. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the threads are daemons and end on their own
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        resources.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
