package dev.anteroom.gate;

import java.io.Serial;
import java.util.Locale;

/** Thrown by {@link AdmissionGate#acquire} if the calling thread gets no slot. */
public final class NotAdmittedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** How the admission ended. */
    private final Admission.State state;

    NotAdmittedException(Admission admission) {
        super("the connection from " + admission.source() + " was "
                + admission.state().name().toLowerCase(Locale.ROOT));
        this.state = admission.state();
    }

    /**
     * Returns how the admission ended.
     *
     * @return refused, expired, shed, or abandoned if the caller's own timeout passed
     */
    public Admission.State state() {
        return state;
    }
}
