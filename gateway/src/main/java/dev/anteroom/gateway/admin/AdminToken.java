package dev.anteroom.gateway.admin;

import dev.anteroom.gateway.proxy.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/**
 * The secret that operators present to the admin server. It comes from a file or the environment, because other users
 * can read command lines.
 */
public final class AdminToken {
    /** The environment variable that may contain the token. */
    public static final String VARIABLE = "ANTEROOM_ADMIN_TOKEN";

    private static final int MIN_LENGTH = 16;

    private final byte[] secret;

    private AdminToken(String text, String origin) throws StartFailure {
        String trimmed = text.strip();
        if (trimmed.length() < MIN_LENGTH) {
            throw new StartFailure("the admin token in " + origin + " must have at least " + MIN_LENGTH
                    + " characters, had " + trimmed.length());
        }
        secret = trimmed.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Reads the token from a file or the environment.
     *
     * @param file the file that contains it, or null to look in the environment
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

    /** Returns whether a text is the token, in a time that does not depend on how much of the text matches. */
    boolean matches(String text) {
        return MessageDigest.isEqual(secret, text.getBytes(StandardCharsets.UTF_8));
    }
}
