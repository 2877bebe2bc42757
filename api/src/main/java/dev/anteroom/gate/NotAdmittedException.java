package dev.anteroom.gate;

import java.io.Serial;
import java.util.Locale;

/** Thrown by {@link AdmissionGate#acquire}, and the reason of a failed {@link Door#acquireAsync}: there is no slot. */
public final class NotAdmittedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    /** How the admission ended. */
    private final Admission.State state;

    NotAdmittedException(Admission admission) {
        super("the admission of " + admission.source() + " was "
                + admission.state().name().toLowerCase(Locale.ROOT));
        this.state = admission.state();
    }

    /**
     * Returns how the admission ended.
     *
     * @return refused, expired, shed, or abandoned if the caller's own timeout passed or the client left
     */
    public Admission.State state() {
        return state;
    }
}
