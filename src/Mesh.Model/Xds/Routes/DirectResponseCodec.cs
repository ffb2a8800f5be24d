using System.Text;
using Mesh.Model.Documents;
using Case = Mesh.Model.Xds.Wire.DataSource.SpecifierOneofCase;

namespace Mesh.Model.Xds;

/// <summary>Answers without a call.</summary>
internal static class DirectResponseCodec
{
    // To whoever knows no gRPC status. What stands there must be a status.
    private const int Unavailable = 503;

    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Wire.DirectResponseAction Encode(DirectResponse response, Wire.RouteExtension extension)
    {
        extension.GrpcStatus = (uint?)response.GrpcStatus;
        extension.ContentType = response.ContentType ?? "";
        return new()
        {
            Status = (uint)(response.StatusCode ?? Unavailable),
            Body = response.Body is { } body ? new() { InlineString = body } : null,
        };
    }

    public static DirectResponse Decode(Wire.DirectResponseAction action, Wire.RouteExtension extension, XdsField at)
    {
        at.Refuse("body_format", action.BodyFormat is not null);
        if (action.Status is < 200 or > 599)
        {
            at["status"].Fault("The status of an answer is from 200 to 599.");
        }

        if (extension.ContentType.Length > 0 && Texts.Line.Parse(extension.ContentType).State is not ParseState.Good)
        {
            at.Fault($"{Wording.Quote(extension.ContentType)} is no media type.");
        }

        if (extension.GrpcStatus > 16)
        {
            at.Fault("A gRPC status is from 0 to 16.");
        }

        return new()
        {
            StatusCode = extension.GrpcStatus is null ? (int)Math.Min(action.Status, 599) : null,
            GrpcStatus = (int?)extension.GrpcStatus,
            Body = action.Body is { } body ? Body(body, at["body"]) : null,
            ContentType = extension.ContentType.Length == 0 ? null : extension.ContentType,
        };
    }

    private static string? Body(Wire.DataSource body, XdsField at)
    {
        switch (body.SpecifierCase)
        {
            case Case.InlineString:
                return body.InlineString;
            case Case.InlineBytes:
                try
                {
                    return s_utf8.GetString(body.InlineBytes.Span);
                }
                catch (DecoderFallbackException)
                {
                    at["inline_bytes"].Fault("Only a text in UTF-8 is supported.");
                    return null;
                }

            default:
                at.Fault("Only inline_string and inline_bytes are supported.");
                return null;
        }
    }
}
