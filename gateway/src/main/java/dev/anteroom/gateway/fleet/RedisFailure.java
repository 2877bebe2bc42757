package dev.anteroom.gateway.fleet;

import dev.anteroom.gateway.config.RedisAddress;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** Describes in one line what is wrong with a Redis, and what to check. */
public final class RedisFailure {
    private RedisFailure() {}

    static String describe(RedisAddress redis, Throwable failure) {
        return "the Redis at " + redis.hostAndPort() + " cannot be used: " + reason(failure);
    }

    /** Returns the cause that an operator can act on, without class names. */
    public static String reason(Throwable failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof RedisCommandExecutionException refusal) {
                return refused(String.valueOf(refusal.getMessage()));
            } else if (cause instanceof SSLException) {
                return last(causes)
                        + "; check that it speaks TLS, that a CA in --fleet-ca issued its certificate, and that"
                        + " the certificate names this host or address";
            } else if (cause instanceof TimeoutException) {
                return "it does not answer in time";
            }
        }
        return last(causes);
    }

    private static String refused(String message) {
        String hint = "";
        if (message.startsWith("NOAUTH") || message.startsWith("WRONGPASS") || message.contains("AUTH")) {
            hint = "; set the password by ANTEROOM_FLEET_PASSWORD or --fleet-password-file, and a user by --fleet-user";
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

    /** Returns the chain of causes, outermost first. */
    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> causes = new ArrayList<>();
        for (Throwable each = failure; each != null && !causes.contains(each); each = each.getCause()) {
            causes.add(each);
        }
        return causes;
    }
}
