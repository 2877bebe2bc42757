package dev.anteroom.gateway.fleet;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Says in a line what is wrong with a Redis, and what to look at. */
public final class RedisFailure {
    private RedisFailure() {}

    static String describe(RedisURI redis, Throwable failure) {
        return "the Redis at " + redis.getHost() + ":" + redis.getPort() + " will not do: " + reason(failure);
    }

    /** The cause that an operator can do something about, without the names of classes. */
    public static String reason(Throwable failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof RedisCommandExecutionException refusal) {
                return refused(String.valueOf(refusal.getMessage()));
            } else if (cause instanceof SSLException) {
                return last(causes) + "; does it speak TLS, is its certificate of a CA that --fleet-ca names, and does"
                        + " it bear that name or address?";
            } else if (cause instanceof TimeoutException) {
                return "it does not answer in time";
            }
        }
        return last(causes);
    }

    private static String refused(String message) {
        String hint = "";
        if (message.startsWith("NOAUTH") || message.startsWith("WRONGPASS") || message.contains("AUTH")) {
            hint =
                    "; the password is taken from ANTEROOM_FLEET_PASSWORD or --fleet-password-file, the user from the URI";
        } else if (message.contains("READONLY")) {
            hint = "; name the primary";
        } else if (message.startsWith("NOPERM") || message.contains("can't run this command")) {
            hint = "; the user needs the keys anteroom:* and the commands of docs/fleet.md";
        }
        return message + hint;
    }

    private static String last(List<Throwable> causes) {
        Throwable last = causes.get(causes.size() - 1);
        return last.getMessage() == null ? last.toString() : last.getMessage();
    }

    /** Outermost first. */
    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable each = failure; each != null && !causes.contains(each); each = each.getCause()) {
            causes.add(each);
        }
        return causes;
    }
}
