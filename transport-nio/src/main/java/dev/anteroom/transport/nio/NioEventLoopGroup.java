package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The loops of this transport. */
final class NioEventLoopGroup implements EventLoopGroup {
    private final TransportOptions options;
    private final List<NioEventLoop> loops = new ArrayList<>();

    private NioEventLoopGroup(TransportOptions options) {
        this.options = options;
    }

    static NioEventLoopGroup open(TransportOptions options) {
        NioEventLoopGroup group = new NioEventLoopGroup(options);
        try {
            for (int i = 0; i < options.loops(); i++) {
                group.loops.add(new NioEventLoop("anteroom-nio-" + i, options));
            }
        } catch (IOException e) {
            group.loops.forEach(loop -> NioEventLoop.discard(loop.selector()));
            throw new UncheckedIOException("cannot open an event loop", e);
        }
        group.loops.forEach(NioEventLoop::start);
        return group;
    }

    TransportOptions options() {
        return options;
    }

    List<NioEventLoop> all() {
        return loops;
    }

    NioEventLoop loop(int index) {
        return loops.get(index);
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public Listener listen(SocketAddress address, ProtocolFactory factory) throws IOException {
        return NioListener.open(
                this, Objects.requireNonNull(address, "address"), Objects.requireNonNull(factory, "factory"));
    }

    @Override
    public Listener listen(ServerSocketChannel channel, ProtocolFactory factory) throws IOException {
        return NioListener.on(channel, this, Objects.requireNonNull(factory, "factory"));
    }

    /**
     * Waits for internal tasks of other loops. A loop that waits runs its own internal tasks meanwhile, because two
     * loops that waited for each other would wait for ever.
     */
    void await(CountDownLatch internalTasks) {
        NioEventLoop here = current();
        uninterruptibly(() -> {
            if (here == null) {
                internalTasks.await();
                return;
            }
            do {
                here.runInternalTasks();
            } while (!internalTasks.await(1, TimeUnit.MILLISECONDS));
        });
    }

    private @Nullable NioEventLoop current() {
        for (NioEventLoop loop : loops) {
            if (loop.inEventLoop()) {
                return loop;
            }
        }
        return null;
    }

    @Override
    public void close() {
        loops.forEach(NioEventLoop::close);
        if (current() == null) {
            loops.forEach(loop -> uninterruptibly(() -> loop.thread().join()));
        }
    }

    private static void uninterruptibly(Wait wait) {
        boolean interrupted = false;
        while (true) {
            try {
                wait.run();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @FunctionalInterface
    private interface Wait {
        void run() throws InterruptedException;
    }
}
