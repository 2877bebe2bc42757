package dev.anteroom.gateway.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * A response of the admin server.
 *
 * @param status the HTTP status code
 * @param contentType the content type of the body; text is encoded in UTF-8
 * @param body the whole body
 */
record Answer(int status, String contentType, String body) {
    static Answer json(int status, JsonNode body) {
        return new Answer(status, "application/json", body + "\n");
    }

    static Answer error(int status, String reason) {
        return json(status, JsonNodeFactory.instance.objectNode().put("error", reason));
    }

    static Answer text(int status, String text) {
        return new Answer(status, "text/plain; charset=utf-8", text);
    }
}
