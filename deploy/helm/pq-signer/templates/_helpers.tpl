{{- define "pq-signer.labels" -}}
app.kubernetes.io/name: pq-signer
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "pq-signer.selector" -}}
app.kubernetes.io/name: pq-signer
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* A tag, or a digest when it says so itself. */}}
{{- define "pq-signer.image" -}}
{{- $separator := ternary "@" ":" (hasPrefix "sha256:" .image.tag) -}}
{{ .root.Values.image.repository }}/{{ .image.name }}{{ $separator }}{{ .image.tag }}
{{- end }}

{{/* Pod Security "restricted", and a root file system that nothing writes. */}}
{{- define "pq-signer.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile: {{ if .localhostProfile }}{type: Localhost, localhostProfile: {{ .localhostProfile | quote }}}{{ else }}{type: RuntimeDefault}{{ end }}
{{- end }}

{{- define "pq-signer.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "pq-signer.kafka" -}}
- {name: SPRING_KAFKA_BOOTSTRAP_SERVERS, value: {{ .Values.kafka.bootstrapServers | quote }}}
- {name: SPRING_KAFKA_SECURITY_PROTOCOL, value: SSL}
{{- end }}

{{- define "pq-signer.topics" -}}
- {name: PQ_SIGNER_KAFKA_TOPIC_PREFIX, value: {{ .Values.kafka.topicPrefix | quote }}}
{{- end }}

{{/* Never on a node where enclaves run: whoever takes such a node over reads the secrets of every pod on it. Each term is
     enough, so a node is one of the others when it misses one of the labels. */}}
{{- define "pq-signer.awayFromEnclaves" -}}
nodeAffinity:
  requiredDuringSchedulingIgnoredDuringExecution:
    nodeSelectorTerms:
      {{- range $label, $value := .Values.enclave.nodeSelector }}
      - matchExpressions: [{key: {{ $label | quote }}, operator: NotIn, values: [{{ $value | quote }}]}]
      {{- end }}
{{- end }}

{{/* Settings whose names are keys of a map: the name of an environment variable has neither their dots nor their
     dashes, so that DELAYLINE would be a bundle called "delayline". The JSON document keeps them. A bundle is called like
     the certificate that it shows, and trusts the brokers' authorities only. */}}
{{- define "pq-signer.json" -}}
{{- $settings := .settings -}}
{{- $prefix := printf "spring.ssl.bundle.pem.%s" .identity -}}
{{- $_ := set $settings (printf "%s.keystore.certificate" $prefix) (printf "file:/tls/%s/tls.crt" .identity) -}}
{{- $_ := set $settings (printf "%s.keystore.private-key" $prefix) (printf "file:/tls/%s/tls.key" .identity) -}}
{{- $_ := set $settings (printf "%s.truststore.certificate" $prefix) "file:/tls/brokers/ca.crt" -}}
- name: SPRING_APPLICATION_JSON
  value: {{ $settings | toJson | quote }}
{{- end }}

{{- define "pq-signer.registry" -}}
{{- $serde := "pq-signer.kafka.serde" -}}
{{- $settings := dict (printf "%s.schema.registry.url" $serde) .Values.kafka.schemaRegistryUrl (printf "%s.basic.auth.credentials.source" $serde) "USER_INFO" -}}
{{- if .Values.kafka.schemaRegistry.ca.configMap -}}
{{- $_ := set $settings (printf "%s.schema.registry.ssl.truststore.type" $serde) "PEM" -}}
{{- $_ := set $settings (printf "%s.schema.registry.ssl.truststore.location" $serde) "/tls/registry/ca.crt" -}}
{{- end -}}
{{ $settings | toJson }}
{{- end }}

{{/* A map's key again, but with dots only; without the dash of pq-signer, which a variable has none of. */}}
{{- define "pq-signer.registry.credentials" -}}
- name: PQSIGNER_KAFKA_SERDE_BASIC_AUTH_USER_INFO
  valueFrom: {{ include "pq-signer.registry.secret" . }}
{{- end }}

{{- define "pq-signer.registry.secret" -}}
{secretKeyRef: {name: {{ .Values.kafka.schemaRegistry.credentials.secret }}, key: {{ .Values.kafka.schemaRegistry.credentials.key | quote }}}}
{{- end }}

{{- define "pq-signer.registry.volume" -}}
{{- with .Values.kafka.schemaRegistry.ca }}
{{- if .configMap }}
- name: registry
  configMap: {name: {{ .configMap }}, items: [{key: {{ .key | quote }}, path: ca.crt}]}
{{- end }}
{{- end }}
{{- end }}

{{- define "pq-signer.registry.mount" -}}
{{- if .Values.kafka.schemaRegistry.ca.configMap }}
- {name: registry, mountPath: /tls/registry, readOnly: true}
{{- end }}
{{- end }}

{{- define "pq-signer.brokerCa.volume" -}}
- name: brokers
  configMap: {name: {{ .Values.kafka.brokerCa.configMap }}, items: [{key: {{ .Values.kafka.brokerCa.key | quote }}, path: ca.crt}]}
{{- end }}

{{- define "pq-signer.brokerCa.mount" -}}
- {name: brokers, mountPath: /tls/brokers, readOnly: true}
{{- end }}

{{- define "pq-signer.certificate" -}}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: {{ .root.Release.Name }}-{{ .name }}
  labels: {{- include "pq-signer.labels" (dict "root" .root "component" .name) | nindent 4 }}
spec:
  secretName: {{ .root.Release.Name }}-{{ .name }}-tls
  commonName: {{ .name }}
  subject:
    organizationalUnits: [service]
  usages: {{ .usages | toJson }}
  {{- with .dnsNames }}
  dnsNames: {{ . | toJson }}
  {{- end }}
  duration: {{ .root.Values.certificates.duration }}
  renewBefore: {{ .root.Values.certificates.renewBefore }}
  privateKey: {algorithm: ECDSA, size: 256, encoding: PKCS8, rotationPolicy: Always}
  issuerRef:
    kind: {{ .root.Values.certificates.issuer.kind }}
    name: {{ .root.Values.certificates.issuer.name }}
{{- end }}
