/// Plays the providers of the manifests on loopback: consent, tokens, revocation, the call that
/// proves credentials; and breaks on demand.
@NullMarked
package wasl.local.simulator;

import org.jspecify.annotations.NullMarked;
