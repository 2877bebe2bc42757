package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.FleetStatus;
import dev.anteroom.fleet.FleetView;
import dev.anteroom.gateway.fleet.RedisFailure;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The resource {@code /api/fleet}: shows the state of the fleet in Redis, changes its limit, declares a node dead. */
final class FleetResource {
    private static final long TIMEOUT_SECONDS = 3;

    private final FleetLimit fleet;

    FleetResource(FleetLimit fleet) {
        this.fleet = fleet;
    }

    Answer read() {
        return answer(fleet.view(), view -> Answer.json(200, describe(fleet.status(), view)));
    }

    Answer change(byte[] body) {
        FleetChange change;
        try {
            change = FleetChange.parse(body);
        } catch (IllegalArgumentException e) {
            return Answer.error(400, String.valueOf(e.getMessage()));
        }
        CompletionStage<Void> done =
                change.limit() != null ? fleet.limit(change.limit()) : fleet.declareGone(String.valueOf(change.gone()));
        return answer(done, nothing -> read());
    }

    private <T> Answer answer(CompletionStage<T> stage, Function<T, Answer> toAnswer) {
        try {
            return toAnswer.apply(stage.toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return e.getCause() instanceof IllegalStateException refusal
                    ? Answer.error(409, String.valueOf(refusal.getMessage()))
                    : unreachable(Objects.requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            return unreachable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return unreachable(e);
        }
    }

    private Answer unreachable(Throwable cause) {
        FleetStatus node = fleet.status();
        String slots = switch (node.state()) {
            case HELD, SETTLING -> "this node keeps its " + node.held() + " slots until its lease ends";
            default -> "this node admits no more than " + node.held();
        };
        return Answer.error(503, "cannot reach the fleet's Redis (" + RedisFailure.reason(cause) + "); " + slots);
    }

    private static JsonNode describe(FleetStatus status, FleetView fleet) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("limit", fleet.limit())
                .put("lent", fleet.lent())
                .put("settlingMillis", fleet.settlingMillis())
                .put("state", status.state().name().toLowerCase(java.util.Locale.ROOT))
                .put("held", status.held());
        ArrayNode nodes = json.putArray("nodes");
        for (FleetView.Node node : fleet.nodes()) {
            nodes.addObject()
                    .put("name", node.name())
                    .put("lent", node.lent())
                    .put("served", node.served())
                    .put("waiting", node.waiting())
                    .put("weight", node.weight())
                    .put("fallback", node.fallback())
                    .put("leaseMillis", node.leaseMillis())
                    .put("lapsed", node.lapsed());
        }
        return json;
    }
}
