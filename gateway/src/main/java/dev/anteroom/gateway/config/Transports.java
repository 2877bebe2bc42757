package dev.anteroom.gateway.config;

import dev.anteroom.protocol.TransportProvider;
import java.util.List;
import java.util.ServiceLoader;

/** The transports on the class or module path, by name. */
public final class Transports {
    /** Defaults, best first. */
    private static final List<String> PREFERRED = List.of("netty", "nio");

    private Transports() {}

    /**
     * Returns the transport of a name.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static TransportProvider named(String name) {
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new IllegalArgumentException(
                "there is no transport \"" + name + "\"; known are: " + String.join(", ", names()));
    }

    /** Returns the best transport available. */
    public static TransportProvider preferred() {
        List<String> names = names();
        return named(PREFERRED.stream().filter(names::contains).findFirst().orElse(names.get(0)));
    }

    private static List<String> names() {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(provider -> provider.get().name())
                .distinct()
                .sorted()
                .toList();
    }
}
