package dev.anteroom.chaos;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.SplittableRandom;

/** A protocol behind a {@link GatedProtocolFactory}, carried by one of the transports. */
final class GatedTransport extends InProcess {
    private final EventLoopGroup loops;
    private final Listener listener;

    GatedTransport(Scene scene, String transport) {
        super(scene);
        loops = provider(transport).open(TransportOptions.defaults().withLoops(2));
        GatedProtocolFactory factory = new GatedProtocolFactory(gate, this::build)
                .halfClose(scene.seed() % 2 == 0 ? HalfClose.KEEP : HalfClose.ABANDON)
                .busyMessage(Client.BUSY.getBytes(StandardCharsets.US_ASCII));
        try {
            listener = loops.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), factory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TransportProvider provider(String name) {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no transport \"" + name + "\""));
    }

    private Protocol build(SocketAddress remote) {
        SplittableRandom random = scene.nextArrival();
        Mischief mischief = Mischief.draw(random);
        scene.ledger().count(mischief);
        scene.ambushes().strike(Ambushes.Moment.SWAPPED, remote);
        mischief.throwIf(Mischief.THROW_ON_BUILD, random.nextInt());
        return new ServedProtocol(scene, mischief, random);
    }

    @Override
    public SocketAddress address() {
        return listener.address();
    }

    @Override
    public void close() {
        loops.close();
        gate.close();
    }
}
