package dev.anteroom.chaos;

import java.util.List;
import java.util.function.Function;

/** The subjects under test. A name has two parts: the kind of gated server, and the transport or I/O that it uses. */
final class Subjects {
    /** Fewer file descriptors than the clients need. */
    private static final String SCARCE = "ulimit -n 130;";

    /** Options for every pre-gate stage, with less time and room than some clients need. */
    private static final String[] STAGES = {
        "--admit-when",
        "ready",
        "--ready-timeout",
        "1s",
        "--class",
        "sni:nobody.example.org=1",
        "--identify-timeout",
        "500ms",
        "--max-arriving",
        "40"
    };

    static final List<String> NAMES = List.of(
            "protocol/nio",
            "protocol/netty-nio",
            "protocol/netty-epoll",
            "protocol/netty-io_uring",
            "handler/nio",
            "handler/epoll",
            "handler/io_uring",
            "gateway/nio",
            "gateway/netty",
            "gateway/netty-epoll",
            "gateway/netty-io_uring",
            "arriving/nio",
            "arriving/netty",
            "scarce/nio",
            "scarce/netty");

    private Subjects() {}

    /** Returns a function that opens the subject of this name. */
    static Function<Scene, Subject> named(String name) {
        String carrier = name.substring(name.indexOf('/') + 1);
        return switch (name.substring(0, name.indexOf('/') + 1)) {
            case "protocol/" -> scene -> new GatedTransport(scene, carrier);
            case "handler/" -> scene -> new GatedHandler(scene, carrier);
            case "gateway/" -> scene -> new GatewayProcess(scene, carrier, "");
            case "arriving/" -> scene -> new GatewayProcess(scene, carrier, "", STAGES);
            case "scarce/" -> scene -> new GatewayProcess(scene, carrier, SCARCE);
            default -> throw new IllegalArgumentException("there is no subject \"" + name + "\"; there are: " + NAMES);
        };
    }
}
