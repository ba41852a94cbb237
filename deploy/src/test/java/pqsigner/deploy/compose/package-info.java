/// docker-compose.yml against its schema, the embedded stack and a run without containers.
@NullMarked
package pqsigner.deploy.compose;

import org.jspecify.annotations.NullMarked;
