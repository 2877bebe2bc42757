package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.LimitRule;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.NamedGate;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Routes the requests to the admin server and answers them. Thread-safe. */
final class AdminHandler implements HttpHandler {
    private static final Logger LOGGER = System.getLogger(AdminHandler.class.getName());
    private static final int MAX_BODY = 64 * 1024;
    private static final String CONTENT_SECURITY_POLICY =
            "default-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final String GATES = "/api/gates";
    private static final Answer NO_FLEET = Answer.json(200, JsonNodeFactory.instance.nullNode());

    private final Gateway gateway;
    private final GateMetrics metrics;
    private final @Nullable FleetResource fleet;
    private final EventStream events;
    private final RequestGuard guard;
    private final @Nullable Supplier<List<String>> reload;

    AdminHandler(
            Gateway gateway,
            @Nullable FleetResource fleet,
            GateMetrics metrics,
            LiveFeed feed,
            RequestGuard guard,
            @Nullable Supplier<List<String>> reload) {
        this.reload = reload;
        this.gateway = gateway;
        this.fleet = fleet;
        this.metrics = metrics;
        this.events = new EventStream(feed);
        this.guard = guard;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            Answer rejection = guard.rejection(exchange);
            if (rejection != null) {
                send(exchange, rejection);
            } else if (path(exchange).equals("/events")
                    && exchange.getRequestMethod().equals("GET")) {
                events.serve(exchange);
            } else {
                send(exchange, answer(exchange, path(exchange)));
            }
        } catch (RuntimeException e) {
            LOGGER.log(Level.ERROR, "an admin request failed", e);
            send(exchange, Answer.error(500, "unexpected failure: " + e));
        } finally {
            exchange.close();
        }
    }

    private static String path(HttpExchange exchange) {
        return String.valueOf(exchange.getRequestURI().getPath());
    }

    private Answer answer(HttpExchange exchange, String path) throws IOException {
        Answer asset = Assets.at(path);
        if (asset != null) {
            return read(exchange, () -> asset);
        }
        return switch (path) {
            case "/events" -> notAllowed(exchange, "GET");
            case "/healthz" -> read(exchange, this::health);
            case "/metrics" ->
                read(exchange, () -> new Answer(200, metrics.contentType(), metrics.text(gateway.gates())));
            case "/api/reload" -> exchange.getRequestMethod().equals("POST") ? reload() : notAllowed(exchange, "POST");
            case "/api/gate" -> readOrChange(exchange, gateway.gates().get(0));
            case "/api/fleet" -> fleet == null ? read(exchange, () -> NO_FLEET) : readOrChange(exchange, fleet);
            case GATES -> read(exchange, () -> Answer.json(200, describe(gateway.gates())));
            default -> path.startsWith(GATES + "/") ? gate(exchange, path) : notFound(path);
        };
    }

    private Answer gate(HttpExchange exchange, String path) throws IOException {
        for (NamedGate gate : gateway.gates()) {
            if (path.equals(GATES + "/" + gate.name())) {
                return readOrChange(exchange, gate);
            }
        }
        return notFound(path);
    }

    private Answer reload() {
        if (reload == null) {
            return Answer.error(
                    409,
                    "there is no file to reload: the gateway was started without --config and --class file:FILE=N");
        }
        List<String> faults = reload.get();
        return faults.isEmpty() ? Answer.text(200, "reloaded\n") : Answer.error(409, String.join("\n", faults));
    }

    private static Answer notFound(String path) {
        return Answer.error(404, "no such path: " + path);
    }

    private Answer read(HttpExchange exchange, Supplier<Answer> resource) {
        return isGetOrHead(exchange) ? resource.get() : notAllowed(exchange, "GET, HEAD");
    }

    private Answer readOrChange(HttpExchange exchange, NamedGate gate) throws IOException {
        if (exchange.getRequestMethod().equals("PATCH")) {
            return change(exchange, gate);
        }
        return isGetOrHead(exchange) ? Answer.json(200, describe(gate)) : notAllowed(exchange, "GET, HEAD, PATCH");
    }

    private static Answer readOrChange(HttpExchange exchange, FleetResource fleet) throws IOException {
        if (!exchange.getRequestMethod().equals("PATCH")) {
            return isGetOrHead(exchange) ? fleet.read() : notAllowed(exchange, "GET, HEAD, PATCH");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        return body.length > MAX_BODY ? bodyTooLong() : fleet.change(body);
    }

    private static Answer bodyTooLong() {
        return Answer.error(400, "the body must be at most " + MAX_BODY + " bytes long");
    }

    private static boolean isGetOrHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("GET")
                || exchange.getRequestMethod().equals("HEAD");
    }

    private static Answer notAllowed(HttpExchange exchange, String allowed) {
        exchange.getResponseHeaders().set("Allow", allowed);
        return Answer.error(405, "the method must be one of " + allowed + ", was " + exchange.getRequestMethod());
    }

    private Answer health() {
        return gateway.isDraining() ? Answer.text(503, "draining\n") : Answer.text(200, "ok\n");
    }

    private Answer change(HttpExchange exchange, NamedGate gate) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            return bodyTooLong();
        }
        GateChange change;
        try {
            change = GateChange.parse(body);
        } catch (IllegalArgumentException e) {
            return Answer.error(400, String.valueOf(e.getMessage()));
        }
        if (fleet != null && change.limit() != null) {
            return Answer.error(400, "the fleet sets the limit: change it at /api/fleet");
        }
        return Answer.json(200, apply(change, gate));
    }

    /** Applies one change at a time, so that each answer shows the state that the change produced. */
    private synchronized JsonNode apply(GateChange change, NamedGate gate) {
        change.applyTo(gate.gate());
        return describe(gate);
    }

    private static JsonNode describe(List<NamedGate> gates) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        gates.forEach(gate -> all.add(describe(gate)));
        return all;
    }

    static JsonNode describe(NamedGate named) {
        GateSnapshot gate = named.gate().snapshot();
        LimitRule rule = named.gate().limitRule();
        ObjectNode description = JsonNodeFactory.instance
                .objectNode()
                .put("name", named.name())
                .put("limit", gate.limit())
                .put("limitRule", rule == null ? null : rule.name())
                .put("active", gate.active())
                .put("waiting", gate.waiting())
                .put("paused", gate.paused())
                .put("policy", gate.policy())
                .put("maxWaiting", gate.maxWaiting())
                .put("arriving", named.arrivals().count())
                .put("arrived", gate.arrived())
                .put("admitted", gate.admitted())
                .put("refused", gate.refused())
                .put("expired", gate.expired())
                .put("abandoned", gate.abandoned())
                .put("shed", gate.shed());
        ObjectNode dropped = description.putObject("dropped");
        named.arrivals().dropped().forEach((reason, count) -> dropped.put(reason.label(), count));
        return description;
    }

    static void send(HttpExchange exchange, Answer answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", answer.contentType());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
