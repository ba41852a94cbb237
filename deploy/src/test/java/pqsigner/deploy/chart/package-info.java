/// The Helm chart, rendered by Helm itself and read into the Kubernetes model.
@NullMarked
package pqsigner.deploy.chart;

import org.jspecify.annotations.NullMarked;
