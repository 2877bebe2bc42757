package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.testkit.Situation.Departure;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** The departure of a peer is noticed, in whatever way it departs and whatever the state of the connection. */
abstract class DeparturePromises extends Promises {
    DeparturePromises(TransportSuite suite) {
        super(suite);
    }

    @TestFactory
    Stream<DynamicTest> a_fin_is_noticed_in_every_state() {
        return tests(Departure.FIN);
    }

    @TestFactory
    Stream<DynamicTest> a_reset_is_noticed_in_every_state() {
        assumeTrue(suite().anyAddress() instanceof InetSocketAddress, "only TCP knows a reset");
        return tests(Departure.RESET);
    }

    /** Runs in a network namespace, where peers can vanish, and so in a process of its own. */
    @Tag("process")
    @TestFactory
    Stream<DynamicTest> a_vanished_peer_is_noticed_in_every_state() {
        assumeTrue(suite().noticesVanishedPeers(), "this transport says that it does not notice vanished peers");
        return VanishedPeers.noticedBy(suite().getClass());
    }

    private Stream<DynamicTest> tests(Departure departure) {
        Loopback net = new Loopback(suite()::open, suite()::anyAddress);
        Map<Situation, RecordingProtocol> servers = new HashMap<>();
        return Situation.all(departure)
                .map(situation -> DynamicTest.dynamicTest(situation.toString(), () -> {
                    assumeTrue(situation.isPromised(suite()), "this transport says that it cannot notice it");
                    if (!servers.containsKey(situation)) {
                        departTogether(net, situation, servers);
                    }
                    Objects.requireNonNull(servers.get(situation)).await(situation.notice());
                }))
                .onClose(() -> close(net));
    }

    /** Brings about all situations with the same unread bytes, so that their departures are awaited at once. */
    private void departTogether(Loopback net, Situation one, Map<Situation, RecordingProtocol> servers) {
        List<ScriptedClient> peers = new ArrayList<>();
        Situation.all(one.departure())
                .filter(situation -> situation.unread() == one.unread() && situation.isPromised(suite()))
                .forEach(situation -> {
                    RecordingProtocol server = situation.server();
                    ScriptedClient peer = net.slowClient(server);
                    situation.bringAbout(server, peer);
                    servers.put(situation, server);
                    peers.add(peer);
                });
        net.turn();
        peers.forEach(peer -> depart(one.departure(), peer));
    }

    private static void close(Loopback net) {
        try {
            net.close();
        } catch (Exception e) {
            throw new AssertionError("could not close the transport", e);
        }
    }

    private static void depart(Departure departure, ScriptedClient peer) {
        if (departure == Departure.FIN) {
            peer.shutdownOutput();
        } else {
            peer.reset();
        }
    }
}
