package dev.anteroom.gateway.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.catalogue.Catalogue;
import dev.anteroom.gateway.catalogue.GateCatalogue;
import dev.anteroom.gateway.catalogue.ListenerCatalogue;
import dev.anteroom.gateway.catalogue.UpstreamCatalogue;
import dev.anteroom.gateway.catalogue.Values;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what many reloads leave behind. */
class ReloadTest {
    private static final int RELOADS = 300;

    private static GatewaySettings settings(int number) {
        return Catalogue.settings(
                "gate" + number,
                new Values()
                        .with(
                                ListenerCatalogue.LISTEN,
                                Endpoint.parse("127.0." + number / 100 + "." + (number % 100 + 1) + ":0"))
                        .with(UpstreamCatalogue.UPSTREAM, List.of(UpstreamSettings.parse("127.0.0.1:" + (number + 1))))
                        .with(UpstreamCatalogue.HEALTH_CHECK, Duration.ofHours(1))
                        .with(GateCatalogue.LIMIT, "1"));
    }

    @Test
    void reloads_leave_only_what_the_last_settings_name() throws StartFailure, InterruptedException {
        Observer observer = new Observer();
        try (Gateway gateway = Gateway.open(settings(0), observer)) {
            for (int i = 1; i <= RELOADS; i++) {
                assertEquals(List.of(), gateway.reload(settings(i)));
            }
            assertEquals(1, gateway.upstreams().size());
            assertEquals(1, gateway.gates().size());
            assertEquals(List.of("gate" + (RELOADS - 1), "gate" + RELOADS), observer.present);
            gateway.drain(Duration.ZERO);
            assertTrue(gateway.reload(settings(0)).get(0).contains("draining"));
            assertEquals(0, gateway.upstreams().size());
        }
    }

    /** The gates that were built and are not gone. */
    private static final class Observer implements GatewayObserver {
        private final List<String> present = new ArrayList<>();

        @Override
        public void customize(String gate, AdmissionGate.Builder builder) {
            present.add(gate);
        }

        @Override
        public void gone(String gate) {
            present.remove(gate);
        }
    }
}
