package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.testkit.Situation.Departure;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The departure of a peer is noticed, in whatever way it departs and whatever the state of the connection. */
abstract class DeparturePromises extends Promises {
    DeparturePromises(TransportSuite suite) {
        super(suite);
    }

    @TestFactory
    Stream<DynamicTest> a_fin_is_noticed_in_every_state() {
        return Situation.all(Departure.FIN).map(this::test);
    }

    @TestFactory
    Stream<DynamicTest> a_reset_is_noticed_in_every_state() {
        return Situation.all(Departure.RESET).map(this::test);
    }

    /** Runs in a network namespace, where peers can vanish. */
    @TestFactory
    Stream<DynamicTest> a_vanished_peer_is_noticed_in_every_state() {
        assumeTrue(suite().noticesVanishedPeers(), "this transport says that it does not notice vanished peers");
        return VanishedPeers.noticedBy(suite().getClass());
    }

    private DynamicTest test(Situation situation) {
        return DynamicTest.dynamicTest(situation.toString(), () -> {
            assumeTrue(situation.isPromised(suite()), "this transport says that it cannot notice it");
            try (Loopback net = new Loopback(suite()::open, suite()::anyAddress)) {
                RecordingProtocol server = situation.server();
                ScriptedClient peer = net.slowClient(server);
                situation.bringAbout(server, peer);
                net.turn();
                depart(situation.departure(), peer);
                server.await(situation.notice());
            }
        });
    }

    private static void depart(Departure departure, ScriptedClient peer) {
        if (departure == Departure.FIN) {
            peer.shutdownOutput();
        } else {
            peer.reset();
        }
    }
}
