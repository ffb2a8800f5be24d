using Mesh.Model;
using static Mesh.Client.AspNetCore.Tests.Infrastructure.TestPolicies;

namespace Mesh.Client.AspNetCore.Tests.Attacks;

/// <summary>HTTP/2 that contradicts itself, and gRPC's paths.</summary>
internal static class Http2Attacks
{
    private static readonly (string, string)[] s_public = [(":authority", "a"), (":path", "/public")];
    private static readonly AuthorizationRule s_delete = new() { To = [new() { Grpc = [new() { Service = "shop.Orders", Method = "Delete" }] }] };

    public static IEnumerable<Attack> All =>
    [
        Malformed("Two `:path`, the allowed one first", [.. s_public, (":path", "/admin")]),
        Malformed("Two `:path`, the allowed one last", [(":path", "/admin"), .. s_public]),
        Malformed("Two `:method`", [(":method", "POST"), .. s_public]),
        Malformed("A `:path` behind other fields", [(":authority", "a"), ("x", "y"), (":path", "/public")]),
        Malformed("A pseudo-header that does not exist", [.. s_public, (":admin", "/admin")]),
        Malformed("A field in upper case", [.. s_public, ("Path", "/admin")]),
        Malformed("A `:path` without a slash", [(":authority", "a"), (":path", "public")]),
        Malformed("An empty `:path`", [(":authority", "a"), (":path", "")]),
        Attack.Of<(string, string)[]>(
            Calls.Fields, "A denied `:authority` behind another `host`", [(":authority", "admin.example"), (":path", "/"), ("host", "public.example")],
            "Another `:authority`", [(":authority", "public.example"), (":path", "/"), ("host", "public.example")], "403") with
        {
            Policies = [Deny(new AuthorizationRule { To = [new() { Hosts = ["admin.example"] }] })],
        },
        Attack.Of<(string, string)[]>(Calls.Fields, "`:path` in other case", [(":authority", "a"), (":path", "/Admin")], "Of a path that is not denied", [(":authority", "a"), (":path", "/Adminx")], "403") with
        {
            Policies = [Deny(Paths("/admin"))],
        },
        Attack.Of<(string, string)[]>(
            Calls.Http2, "CONNECT where all paths are allowed", [(":method", "CONNECT"), (":authority", "a:80")],
            "A call with a path", [(":method", "GET"), (":scheme", "http"), (":authority", "a:80"), (":path", "/")], "403") with { Policies = [Allow(Paths("/*"))] },
        Attack.Of(Calls.Grpc, "gRPC in other case where it is denied", "/shop.orders/delete", "Another method in other case", "/shop.orders/get", "gRPC 7") with { Policies = [Deny(s_delete)] },
        Attack.Of(Calls.Grpc, "gRPC with a letter encoded where it is denied", "/shop.Orders/%44elete", "Another method with a letter encoded", "/shop.Orders/%47et", "gRPC 7") with { Policies = [Deny(s_delete)] },
        Attack.Of(Calls.Grpc, "gRPC with a slash behind where it is denied", "/shop.Orders/Delete/", "Another method with a slash behind", "/shop.Orders/Get/", "gRPC 7") with { Policies = [Deny(s_delete)] },
        Attack.Of(Calls.Grpc, "gRPC in other case than is allowed", "/shop.Orders/delete", "As it is allowed", "/shop.Orders/Delete", "gRPC 7") with { Policies = [Allow(s_delete)] },
        Attack.Of(Calls.Grpc, "gRPC with an encoded slash", "/shop.Orders%2fDelete", "With a slash", "/shop.Orders/Delete", "gRPC 3") with { Policies = [Allow(s_delete)] },
    ];

    private static Attack Malformed(string name, (string, string)[] fields) =>
        Attack.Of<(string, string)[]>(Calls.Fields, name, fields, "One `:path`, which is allowed", s_public, Attack.NoAnswer, null) with { Policies = [Allow(Paths("/public"))] };
}
