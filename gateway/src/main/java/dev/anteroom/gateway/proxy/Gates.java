package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.catalogue.FixedSettings;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.limits.Limits;
import dev.anteroom.scheduler.Policies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The gates of a gateway, one for each name. A gate that the settings no longer contain is kept while it has
 * connections, and at least until the settings change again; if they contain its name again, it returns with its
 * counts. Guarded by the {@link Gateway}, except for {@link #present}.
 */
final class Gates {
    /** A gate and the last settings that contained it. */
    private record Kept(NamedGate gate, GateSettings settings) {
        boolean isEmpty() {
            GateSnapshot now = gate.gate().snapshot();
            return now.active() == 0 && now.waiting() == 0 && gate.arrivals().count() == 0;
        }
    }

    private final GatewayObserver observer;
    private final Map<String, Kept> kept = new LinkedHashMap<>();
    private volatile List<NamedGate> present = List.of();

    Gates(GatewayObserver observer) {
        this.observer = observer;
    }

    /** Returns the gates of the settings, in their order. May be called from any thread. */
    List<NamedGate> present() {
        return present;
    }

    /** Returns all gates that may have connections. */
    List<NamedGate> all() {
        return kept.values().stream().map(Kept::gate).toList();
    }

    /** Returns the last settings of each gate that may have connections. */
    List<GateSettings> settings() {
        return kept.values().stream()
                .filter(each -> present.contains(each.gate()) || !each.isEmpty())
                .map(Kept::settings)
                .toList();
    }

    /** Returns a gate for each settings: the one that has the name, or a new one. */
    Map<String, NamedGate> find(List<GateSettings> next) {
        Map<String, NamedGate> found = new LinkedHashMap<>();
        for (GateSettings each : next) {
            Kept known = kept.get(each.name());
            boolean isSame = known != null
                    && FixedSettings.changes(known.settings(), each).isEmpty();
            found.put(each.name(), known != null && isSame ? known.gate() : build(each));
        }
        return found;
    }

    /** Gives up gates that were {@linkplain #find found} and will not be used. */
    void discard(Map<String, NamedGate> found) {
        found.forEach((name, gate) -> {
            if (!kept.containsKey(name)) {
                observer.gone(name);
            }
        });
    }

    /** Applies settings to the gates that were found for them, and forgets former gates without connections. */
    void use(List<GateSettings> next, Map<String, NamedGate> found) {
        List<Kept> formerly = kept.values().stream()
                .filter(each -> !present.contains(each.gate()))
                .toList();
        List<NamedGate> now = new ArrayList<>();
        for (GateSettings each : next) {
            NamedGate gate = Objects.requireNonNull(found.get(each.name()));
            Kept before = kept.put(each.name(), new Kept(gate, each));
            if (before != null && before.gate().equals(gate)) {
                change(gate, before.settings(), each);
            }
            now.add(gate);
        }
        present = List.copyOf(now);
        formerly.stream()
                .filter(each -> !found.containsKey(each.gate().name()) && each.isEmpty())
                .forEach(this::forget);
    }

    private void forget(Kept gone) {
        kept.remove(gone.gate().name());
        observer.gone(gone.gate().name());
    }

    private NamedGate build(GateSettings settings) {
        GateClasses classes = new GateClasses(settings.classes());
        AdmissionGate.Builder builder = AdmissionGate.builder()
                .policy(Policies.parse(settings.policy()))
                .maxWaiting(settings.maxWaiting())
                .maxWait(settings.maxWait())
                .sourceKey(settings.sourcePrefix())
                .priorityClass(classes);
        if (settings.maxPerSource() != null) {
            builder.maxPerSource(settings.maxPerSource());
        }
        if (settings.limit() == null) {
            builder.limit(0); // until a fleet lends slots
        } else {
            builder.limit(Limits.parse(settings.limit()));
        }
        observer.customize(settings.name(), builder);
        return new NamedGate(
                settings.name(), builder.build(), classes, new Arrivals(settings.maxArriving()), settings.whenFull());
    }

    /** Applies the new policy first, so that it decides which waiters get the slots that a higher limit frees. */
    private static void change(NamedGate gate, GateSettings now, GateSettings next) {
        gate.classes().change(next.classes());
        gate.arrivals().limit(next.maxArriving());
        if (!now.policy().equals(next.policy())) {
            gate.gate().policy(Policies.parse(next.policy()));
        }
        if (next.limit() != null && !next.limit().equals(now.limit())) {
            gate.gate().limit(Limits.parse(next.limit()));
        }
    }
}
