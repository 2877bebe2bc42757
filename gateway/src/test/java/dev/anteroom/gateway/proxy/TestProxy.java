package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.NameLookup;
import dev.anteroom.gateway.upstream.Upstreams;
import dev.anteroom.testkit.FakeEventLoop;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/** Proxies of a listener without sockets, on the one loop of a test. */
final class TestProxy {
    private TestProxy() {}

    static Proxy of(ListenerSettings settings, NamedGate gate, FakeEventLoop loop, GatewayObserver observer) {
        return of(settings, gate, loop, System::nanoTime, observer);
    }

    static Proxy of(
            ListenerSettings settings,
            NamedGate gate,
            FakeEventLoop loop,
            LongSupplier nanoTime,
            GatewayObserver observer) {
        Upstreams upstreams = new Upstreams(loop, nanoTime, NameLookup.SYSTEM, Duration.ZERO);
        TimeKeeper keeper = new TimeKeeper(List.of(loop), nanoTime, List::of);
        return new Proxy(
                () -> settings, gate, upstreams.open(settings.upstreams()), keeper, new OpenConnections(), observer);
    }
}
