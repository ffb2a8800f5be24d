using System.Net;
using Mesh.ConfigServer.Store;
using Mesh.Model.Xds;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Wire = Mesh.Model.Xds.Wire;

namespace Mesh.ConfigServer.Registry;

/// <summary>What stands in the table of registrations.</summary>
internal static class RegistrationRows
{
    /// <summary>One that a newer epoch has written stays.</summary>
    public static void Put(SqliteConnection connection, Registration registration) => connection.Execute(
        """
        INSERT INTO registrations (service, instance, epoch, owner, peer, time, content)
            VALUES ($service, $instance, $epoch, $owner, $peer, $time, $content)
        ON CONFLICT (service, instance) DO UPDATE SET epoch = excluded.epoch, owner = excluded.owner, peer = excluded.peer,
            time = excluded.time, content = excluded.content WHERE excluded.epoch >= registrations.epoch
        """,
        ("$service", registration.Service), ("$instance", registration.Instance), ("$epoch", registration.Epoch),
        ("$owner", registration.Owner), ("$peer", registration.Peer), ("$time", registration.RegisteredAt.ToUnixTimeMilliseconds()),
        ("$content", registration.Content.ToByteArray()));

    /// <summary>One that a newer epoch or another server has written stays; an older one is in place of what could not be written.</summary>
    public static void Delete(SqliteConnection connection, Registration registration) => connection.Execute(
        "DELETE FROM registrations WHERE service = $service AND instance = $instance AND epoch <= $epoch AND owner = $owner",
        ("$service", registration.Service), ("$instance", registration.Instance), ("$epoch", registration.Epoch),
        ("$owner", registration.Owner));

    /// <summary>Those that this version understands. The others are deleted: their processes tell again.</summary>
    public static List<Registration> ReadAll(SqliteConnection connection, ILogger logger, string? trustDomain = null)
    {
        List<Registration> registrations = [];
        foreach (Row row in connection.Query(
            "SELECT service, instance, owner, peer, time, content FROM registrations ORDER BY time",
            row => new Row(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt64(4), (byte[])row.GetValue(5))))
        {
            if (Read(row, trustDomain, out string reason) is { } registration)
            {
                registrations.Add(registration);
            }
            else
            {
                logger.Unreadable(row.Service, row.Instance, reason);
                connection.Execute(
                    "DELETE FROM registrations WHERE service = $service AND instance = $instance",
                    ("$service", row.Service), ("$instance", row.Instance));
            }
        }

        return registrations;
    }

    private static Registration? Read(Row row, string? trustDomain, out string reason)
    {
        if (!WireParser.TryParse(Google.Protobuf.ByteString.CopyFrom(row.Content), out Wire.Registration? message, out string? error))
        {
            reason = error;
            return null;
        }

        Decoded<Registration> read = RegistrationReader.Read(
            message, null, IPAddress.TryParse(row.Peer, out IPAddress? peer) ? peer : null, row.Owner,
            DateTimeOffset.FromUnixTimeMilliseconds(row.Time), trustDomain);
        reason = string.Join(' ', read.Faults);
        return read.Value;
    }

    private sealed record Row(string Service, string Instance, string Owner, string Peer, long Time, byte[] Content);
}
