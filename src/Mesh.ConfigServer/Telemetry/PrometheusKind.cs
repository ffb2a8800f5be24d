namespace Mesh.ConfigServer.Telemetry;

/// <summary>What Prometheus takes a metric for.</summary>
internal enum PrometheusKind
{
    Counter,
    Gauge,
    Histogram,
}
