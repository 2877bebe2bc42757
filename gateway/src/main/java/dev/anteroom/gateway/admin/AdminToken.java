package dev.anteroom.gateway.admin;

import dev.anteroom.gateway.proxy.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A secret that operators share with the admin server. It comes from a file or the environment: others can read command lines. */
public final class AdminToken {
    /** The variable of the environment that it may come from. */
    public static final String VARIABLE = "ANTEROOM_ADMIN_TOKEN";

    private static final int SHORTEST = 16;

    private final byte[] secret;

    private AdminToken(String text, String origin) throws StartFailure {
        String trimmed = text.strip();
        if (trimmed.length() < SHORTEST) {
            throw new StartFailure("the admin token in " + origin + " must be of at least " + SHORTEST
                    + " characters, was of " + trimmed.length());
        }
        secret = trimmed.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Finds the token.
     *
     * @param file where it is, or null if it may be in the environment
     * @return the token, or null if there is none
     * @throws StartFailure if the file cannot be read, or the token is too short
     */
    public static @Nullable AdminToken find(@Nullable Path file) throws StartFailure {
        if (file != null) {
            return read(file);
        }
        String text = System.getenv(VARIABLE);
        return text == null ? null : new AdminToken(text, VARIABLE);
    }

    private static AdminToken read(Path file) throws StartFailure {
        try {
            return new AdminToken(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new StartFailure("--admin-token-file: cannot read " + file + " (" + e + "); write the token into it");
        }
    }

    /** Whether it is this; takes equally long however much of it is right. */
    boolean is(String text) {
        return MessageDigest.isEqual(secret, text.getBytes(StandardCharsets.UTF_8));
    }
}
