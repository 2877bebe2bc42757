package dev.anteroom.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers a request that was not admitted. Called on a thread of the container, which it may block. */
@FunctionalInterface
public interface TurnedAway {
    /**
     * Writes the answer.
     *
     * @param request the request, whose body is unread
     * @param response its response, not committed
     * @throws IOException if the response cannot be written
     */
    void answer(HttpServletRequest request, HttpServletResponse response) throws IOException;

    /**
     * Returns an answer without a body, with a {@code Retry-After} of one second.
     *
     * @param status the status, such as 503 or 429
     * @return the answer
     */
    static TurnedAway status(int status) {
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be from 400 to 599, was " + status);
        }
        return (request, response) -> {
            response.setHeader("Retry-After", "1");
            response.setStatus(status);
        };
    }
}
