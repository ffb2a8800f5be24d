using System.Globalization;
using Mesh.Model.Matching;
using Mesh.Model.Tests.Documents;

namespace Mesh.Model.Tests.Matching;

/// <summary>
/// Which requests a route takes, one line a case: settings as users write them (with ' for "), a request, the answer. A request is a
/// method and a target, then its headers and, in brackets, the baggage it travels with and what is drawn for it, in per cent. The caller
/// is web in namespace shop, labelled track: canary.
/// </summary>
public sealed class RouteSpecificationTests
{
    private const bool Yes = true;
    private const bool No = false;

    public static TheoryData<string, string, bool> Paths { get; } = new()
    {
        { "'Path': '/items'", "GET /items", Yes },
        { "'Path': '/items'", "GET /items?q=1", Yes },
        { "'Path': '/items'", "GET /items/", No },
        { "'Path': '/items'", "GET /items/1", No },
        { "'Path': '/items'", "GET /Items", No },
        { "'Path': '/items', 'IgnorePathCase': true", "GET /ITEMS", Yes },
        { "'Path': '/items', 'IgnorePathCase': false", "GET /ITEMS", No },
        { "'Path': '/a%20b'", "GET /a%20b", Yes },
        { "'PathPrefix': '/items'", "GET /items", Yes },
        { "'PathPrefix': '/items'", "GET /items/1/reviews", Yes },
        { "'PathPrefix': '/items'", "GET /itemsets", No },
        { "'PathPrefix': '/items'", "GET /old/items", No },
        { "'PathPrefix': '/items/'", "GET /items", Yes },
        { "'PathPrefix': '/items', 'IgnorePathCase': true", "GET /Items/1", Yes },
        { "'PathPrefix': '/'", "GET /anything", Yes },
        { "'PathRegex': '/items/[0-9]+'", "GET /items/42", Yes },
        { "'PathRegex': '/items/[0-9]+'", "GET /items/42/reviews", No },
        { "'PathRegex': '/items/[a-z]+'", "GET /items/ABC", No },
        { "'PathRegex': '/items/[a-z]+', 'IgnorePathCase': true", "GET /ITEMS/ABC", Yes },
    };

    public static TheoryData<string, string, bool> Methods { get; } = new()
    {
        { "'Methods': ['GET']", "GET /", Yes },
        { "'Methods': ['get']", "GET /", Yes },
        { "'Methods': 'GET, PUT'", "PUT /", Yes },
        { "'Methods': ['GET', 'PUT']", "POST /", No },
        { "'Methods': ['PURGE']", "PURGE /", Yes },
    };

    public static TheoryData<string, string, bool> Headers { get; } = new()
    {
        { "'Headers': { 'x-group': 'beta' }", "GET / | X-Group: beta", Yes },
        { "'Headers': { 'x-group': 'beta' }", "GET / | x-group: Beta", No },
        { "'Headers': { 'x-group': { 'Exact': 'beta', 'IgnoreCase': true } }", "GET / | x-group: Beta", Yes },
        { "'Headers': { 'x-group': 'beta' }", "GET /", No },
        { "'Headers': { 'x-group': {} }", "GET / | x-group: ", Yes },
        { "'Headers': { 'x-group': {} }", "GET /", No },
        { "'Headers': { 'x-group': { 'Present': false } }", "GET /", Yes },
        { "'Headers': { 'x-group': { 'Present': false } }", "GET / | x-group: beta", No },
        { "'Headers': { 'x-group': { 'Exact': 'beta', 'Invert': true } }", "GET /", Yes },
        { "'Headers': { 'x-tester': true }", "GET / | x-tester: true", Yes },
        { "'Headers': { 'a': '1', 'b': '2' }", "GET / | a: 1 | b: 2", Yes },
        { "'Headers': { 'a': '1', 'b': '2' }", "GET / | a: 1", No },
    };

    public static TheoryData<string, string, bool> QueryParameters { get; } = new()
    {
        { "'QueryParameters': { 'q': '1' }", "GET /?q=1", Yes },
        { "'QueryParameters': { 'q': '1' }", "GET /?q=12", No },
        { "'QueryParameters': { 'q': '1' }", "GET /?qq=1", No },
        { "'QueryParameters': { 'q': '1' }", "GET /?Q=1", No },
        { "'QueryParameters': { 'q': '1' }", "GET /", No },
        { "'QueryParameters': { 'q': '1' }", "GET /?a=q=1", No },
        { "'QueryParameters': { 'q': 'a=b' }", "GET /?q=a=b", Yes },
        { "'QueryParameters': { 'q': '1' }", "GET /?a=0&q=1&b=2", Yes },
        { "'QueryParameters': { 'q': '2' }", "GET /?q=1&q=2", Yes },
        { "'QueryParameters': { 'q': '3' }", "GET /?q=1&q=2", No },
        { "'QueryParameters': { 'q': {} }", "GET /?q", Yes },
        { "'QueryParameters': { 'q': {} }", "GET /?q=", Yes },
        { "'QueryParameters': { 'q': {} }", "GET /?p=q", No },
        { "'QueryParameters': { 'q': {} }", "GET /?", No },
        { "'QueryParameters': { 'q': { 'Present': true } }", "GET /?q=1", Yes },
        { "'QueryParameters': { 'q': { 'Present': false } }", "GET /?p=1", Yes },
        { "'QueryParameters': { 'q': { 'Present': false } }", "GET /?q", No },
        { "'QueryParameters': { 'q': '' }", "GET /?q", Yes },
        { "'QueryParameters': { 'q': 'a b' }", "GET /?q=a%20b", Yes },
        { "'QueryParameters': { 'q': 'a b' }", "GET /?q=a+b", Yes },
        { "'QueryParameters': { 'q': 'a+b' }", "GET /?q=a%2Bb", Yes },
        { "'QueryParameters': { 'q': 'é' }", "GET /?q=%C3%A9", Yes },
        { "'QueryParameters': { 'q': 'a&b' }", "GET /?q=a%26b", Yes },
        { "'QueryParameters': { 'q': '%zz' }", "GET /?q=%zz", Yes },
        { "'QueryParameters': { 'a b': '1' }", "GET /?a%20b=1", Yes },
        { "'QueryParameters': { 'q': { 'Prefix': 'be' } }", "GET /?q=beta", Yes },
        { "'QueryParameters': { 'q': { 'Suffix': 'TA', 'IgnoreCase': true } }", "GET /?q=beta", Yes },
        { "'QueryParameters': { 'q': { 'Contains': 'et' } }", "GET /?q=beta", Yes },
        { "'QueryParameters': { 'q': { 'Regex': 'b.*a' } }", "GET /?q=beta", Yes },
        { "'QueryParameters': { 'q': { 'Regex': 'b' } }", "GET /?q=beta", No },
        { "'QueryParameters': { 'q': { 'Regex': 'BETA', 'IgnoreCase': true } }", "GET /?q=beta", Yes },
        { "'QueryParameters': { 'page': { 'Range': { 'Start': 1, 'End': 10 } } }", "GET /?page=9", Yes },
        { "'QueryParameters': { 'page': { 'Range': { 'Start': 1, 'End': 10 } } }", "GET /?page=10", No },
        { "'QueryParameters': { 'q': { 'Exact': '1', 'Invert': true } }", "GET /?q=2", Yes },
        { "'QueryParameters': { 'q': { 'Exact': '1', 'Invert': true } }", "GET /", Yes },
        { "'QueryParameters': { 'q': { 'Exact': '1', 'Invert': true } }", "GET /?q=2&q=1", No },
        { "'QueryParameters': { 'a': '1', 'b': '2' }", "GET /?b=2&a=1", Yes },
        { "'QueryParameters': { 'a': '1', 'b': '2' }", "GET /?a=1", No },
    };

    public static TheoryData<string, string, bool> Cookies { get; } = new()
    {
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: group=beta", Yes },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: id=7; group=beta; x=y", Yes },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: id=7;group=beta", Yes },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: subgroup=beta", No },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: Group=beta", No },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: x=group=beta", No },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: group", No },
        { "'Cookies': { 'group': 'beta' }", "GET /", No },
        { "'Cookies': { 'group': 'beta' }", "GET /?group=beta | group: beta", No },
        { "'Cookies': { 'group': 'beta' }", "GET / | Cookie: group='beta'", Yes },
        { "'Cookies': { 'group': 'a=b' }", "GET / | Cookie: group=a=b", Yes },
        { "'Cookies': { 'group': 'a%20b' }", "GET / | Cookie: group=a%20b", Yes },
        { "'Cookies': { 'group': 'a b' }", "GET / | Cookie: group=a%20b", No },
        { "'Cookies': { 'group': {} }", "GET / | Cookie: group=", Yes },
        { "'Cookies': { 'group': {} }", "GET / | Cookie: id=7", No },
        { "'Cookies': { 'group': { 'Present': false } }", "GET / | Cookie: id=7", Yes },
        { "'Cookies': { 'group': 'b' }", "GET / | Cookie: group=a; group=b", Yes },
        { "'Cookies': { 'group': { 'Exact': 'b', 'Invert': true } }", "GET / | Cookie: group=a; group=b", No },
        { "'Cookies': { 'id': { 'Range': { 'Start': 0, 'End': 100 } } }", "GET / | Cookie: id=7", Yes },
        { "'Cookies': { 'id': '7', 'group': { 'Prefix': 'BE', 'IgnoreCase': true } }", "GET / | Cookie: id=7; group=beta", Yes },
    };

    public static TheoryData<string, string, bool> Baggage { get; } = new()
    {
        { "'Baggage': { 'tenant': 'gold' }", "GET / | baggage: tenant=gold", Yes },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | baggage: a=b,tenant=gold", Yes },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | baggage: a=b , tenant = gold ;ttl=1;p", Yes },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | baggage: a=b;tenant=gold", No },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | baggage: Tenant=gold", No },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | tenant: gold", No },
        { "'Baggage': { 'tenant': 'gold & more' }", "GET / | baggage: tenant=gold%20%26%20more", Yes },
        { "'Baggage': { 'tenant': 'a,b' }", "GET / | baggage: tenant=a%2Cb", Yes },
        { "'Baggage': { 'tenant': 'a+b' }", "GET / | baggage: tenant=a+b", Yes },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | [tenant] gold", Yes },
        { "'Baggage': { 'tenant': 'a b' }", "GET / | [tenant] a b", Yes },
        { "'Baggage': { 'tenant': 'a%20b' }", "GET / | [tenant] a%20b", Yes },
        { "'Baggage': { 'tenant': 'gold' }", "GET / | [tenant] iron | baggage: tenant=gold", Yes },
        { "'Baggage': { 'tenant': 'iron' }", "GET / | [tenant] iron | baggage: tenant=gold", Yes },
        { "'Baggage': { 'tenant': { 'Exact': 'iron', 'Invert': true } }", "GET / | [tenant] iron | baggage: tenant=gold", No },
        { "'Baggage': { 'tenant': {} }", "GET / | [tenant] ", Yes },
        { "'Baggage': { 'tenant': {} }", "GET /", No },
        { "'Baggage': { 'tenant': { 'Present': false } }", "GET / | [user] ann", Yes },
    };

    public static TheoryData<string, string, bool> Sources { get; } = new()
    {
        { "'Source': { 'Service': 'web' }", "GET /", Yes },
        { "'Source': { 'Service': 'WEB' }", "GET /", Yes },
        { "'Source': { 'Service': 'web.shop' }", "GET /", Yes },
        { "'Source': { 'Service': 'web.other' }", "GET /", No },
        { "'Source': { 'Service': 'api' }", "GET /", No },
        { "'Source': { 'Namespace': 'shop' }", "GET /", Yes },
        { "'Source': { 'Namespace': 'other' }", "GET /", No },
        { "'Source': { 'Service': 'web', 'Namespace': 'other' }", "GET /", No },
        { "'Source': { 'Labels': { 'track': 'canary' } }", "GET /", Yes },
        { "'Source': { 'Labels': { 'track': 'Canary' } }", "GET /", No },
        { "'Source': { 'Labels': { 'track': 'canary', 'zone': 'a' } }", "GET /", No },
        { "'Source': { 'Service': 'web' }, 'Path': '/items'", "GET /", No },
    };

    public static TheoryData<string, string, bool> Percents { get; } = new()
    {
        { "'Percent': 100", "GET / | [draw] 99.99", Yes },
        { "'Percent': 0", "GET / | [draw] 0", No },
        { "'Percent': 12.5", "GET / | [draw] 12.49", Yes },
        { "'Percent': 12.5", "GET / | [draw] 12.50", No },
        { "'Percent': 0.01", "GET / | [draw] 0", Yes },
        { "'Percent': 0.01", "GET / | [draw] 0.01", No },
        { "'Percent': 99.99", "GET / | [draw] 99.99", No },
        { "'Percent': 50, 'Path': '/items'", "GET /items | [draw] 0", Yes },
        { "'Percent': 50, 'Path': '/items'", "GET / | [draw] 0", No },
    };

    public static TheoryData<string, string, bool> Calls { get; } = new()
    {
        { "'Grpc': { 'Service': 'shop.Pricing' }", "POST /shop.Pricing/Get | Content-Type: application/grpc", Yes },
        { "'Grpc': { 'Service': 'shop.Pricing' }", "POST /shop.Pricing/Get | Content-Type: application/json", No },
        { "'Grpc': { 'Service': 'shop.Pricing' }", "POST /shop.PricingV2/Get | Content-Type: application/grpc", No },
        { "'Grpc': { 'Method': 'Get' }", "POST /any.Service/Get | Content-Type: application/grpc", Yes },
        { "'Grpc': { 'Service': 'shop.Pricing', 'Method': 'Get' }", "POST /shop.Pricing/Set | Content-Type: application/grpc", No },
        { "'Grpc': { 'Method': 'Get' }, 'Baggage': { 'tenant': 'gold' }", "POST /a/Get | Content-Type: application/grpc | [tenant] gold", Yes },
        { "'Grpc': { 'Method': 'Get' }, 'Baggage': { 'tenant': 'gold' }", "POST /a/Get | Content-Type: application/grpc", No },
    };

    /// <summary>All routes of a service, a request, the name of the route that takes it; empty: none does.</summary>
    public static TheoryData<string, string, string> Precedence { get; } = new()
    {
        { "[]", "GET /", "" },
        { "[{ 'Name': 'a' }]", "GET /", "a" },
        { "[{ 'Name': 'a', 'Match': {} }]", "GET /", "a" },
        { "[{ 'Name': 'a', 'Match': [] }]", "GET /", "a" },
        { "[{ 'Name': 'a' }, { 'Name': 'b', 'Match': { 'Path': '/' } }]", "GET /", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Path': '/' } }, { 'Name': 'b' }]", "GET /", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Path': '/' } }, { 'Name': 'b' }]", "GET /items", "b" },
        { "[{ 'Name': 'a', 'Match': { 'PathPrefix': '/a' } }, { 'Name': 'b', 'Match': { 'PathPrefix': '/a/b' } }]", "GET /a/b", "a" },
        { "[{ 'Name': 'a', 'Match': { 'PathRegex': '/.*' } }, { 'Name': 'b', 'Match': { 'Path': '/x' } }]", "GET /x", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Headers': { 'h': {} } } }, { 'Name': 'b', 'Match': { 'Path': '/x' } }]", "GET /x | h: 1", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Headers': { 'h': {} } } }, { 'Name': 'b', 'Match': { 'Path': '/x' } }]", "GET /x", "b" },
        { "[{ 'Name': 'a', 'Match': { 'Path': '/x' } }, { 'Name': 'b', 'Match': { 'QueryParameters': { 'q': {} } } }]", "GET /y?q", "b" },
        { "[{ 'Name': 'a', 'Match': { 'Path': '/x' } }, { 'Name': 'b', 'Match': { 'QueryParameters': { 'q': {} } } }]", "GET /x?q", "a" },
        { "[{ 'Name': 'a', 'Match': [{ 'Path': '/x' }, { 'Cookies': { 'c': '1' } }] }, { 'Name': 'b' }]", "GET /x", "a" },
        { "[{ 'Name': 'a', 'Match': [{ 'Path': '/x' }, { 'Cookies': { 'c': '1' } }] }, { 'Name': 'b' }]", "GET /y | Cookie: c=1", "a" },
        { "[{ 'Name': 'a', 'Match': [{ 'Path': '/x' }, { 'Cookies': { 'c': '1' } }] }, { 'Name': 'b' }]", "GET /y", "b" },
        { "[{ 'Name': 'a', 'Match': { 'Source': { 'Service': 'api' } } }, { 'Name': 'b' }]", "GET /", "b" },
        { "[{ 'Name': 'a', 'Match': { 'Source': { 'Service': 'web' } } }, { 'Name': 'b' }]", "GET /", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Source': { 'Service': 'api' } } }]", "GET /", "" },
        { "[{ 'Name': 'a', 'Match': [{ 'Source': { 'Service': 'api' } }, { 'Path': '/x' }] }]", "GET /x", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Percent': 10 } }, { 'Name': 'b' }]", "GET / | [draw] 9.99", "a" },
        { "[{ 'Name': 'a', 'Match': { 'Percent': 10 } }, { 'Name': 'b' }]", "GET / | [draw] 10", "b" },
        { "[{ 'Name': 'a', 'Match': { 'Percent': 10, 'Path': '/x' } }, { 'Name': 'b', 'Match': { 'Percent': 20 } }]", "GET / | [draw] 5", "b" },
        { "[{ 'Name': 'a', 'Order': 2 }, { 'Name': 'b', 'Order': 1 }]", "GET /", "b" },
        { "[{ 'Name': 'a' }, { 'Name': 'b', 'Order': -1 }]", "GET /", "b" },
        { "[{ 'Name': 'b', 'Order': 1 }, { 'Name': 'a', 'Order': 1 }]", "GET /", "b" },
        { "{ 'b': {}, 'a': {} }", "GET /", "a" },
        { "{ 'b': { 'Order': 1 }, 'a': { 'Order': 2 } }", "GET /", "b" },
        { "{ 'b': { 'Order': 1 }, 'a': { 'Order': 1 } }", "GET /", "a" },
        { "{ 'rest': { 'Order': 9 }, 'testers': { 'Match': { 'Cookies': { 'tester': {} } } } }", "GET / | Cookie: tester=1", "testers" },
        { "{ 'rest': { 'Order': 9 }, 'testers': { 'Match': { 'Cookies': { 'tester': {} } } } }", "GET /", "rest" },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    [MemberData(nameof(Methods))]
    [MemberData(nameof(Headers))]
    [MemberData(nameof(QueryParameters))]
    [MemberData(nameof(Cookies))]
    [MemberData(nameof(Baggage))]
    [MemberData(nameof(Sources))]
    [MemberData(nameof(Percents))]
    [MemberData(nameof(Calls))]
    public void A_match_takes_a_request_or_not(string match, string request, bool taken) =>
        Assert.Equal(taken ? "route-0" : "", Take($"[{{ 'Match': {{ {match} }} }}]", request));

    [Theory]
    [MemberData(nameof(Precedence))]
    public void The_first_route_that_takes_a_request_gets_it(string routes, string request, string expected) =>
        Assert.Equal(expected, Take(routes, request));

    private static string Take(string routes, string request)
    {
        MeshService service = Doc.Good(Doc.Nest("Services:catalog:Routes", routes.Replace('\'', '"'))).Services[0];
        var table = new RouteTable<string>([.. service.Routes.Select(route => (route.Match, route.Name))], TestTable.Caller);
        return table.Match(Request(request).Facts) ?? "";
    }

    private static TestRequest Request(string text)
    {
        string[] parts = text.Split(" | ");
        string[] line = parts[0].Split(' ');
        string[] target = line[1].Split('?', 2);
        var request = new TestRequest(target[0], line[0], text.Contains("application/grpc", StringComparison.Ordinal))
        {
            Query = target.Length > 1 ? target[1] : "",
        };
        foreach (string part in parts[1..])
        {
            if (part.StartsWith("[draw] ", StringComparison.Ordinal))
            {
                request = request with { Draw = (int)(decimal.Parse(part[7..], CultureInfo.InvariantCulture) * 100) };
            }
            else if (part.StartsWith('['))
            {
                string[] entry = part[1..].Split("] ");
                request.AmbientBaggage.Add(entry[0], entry[1]);
            }
            else
            {
                string[] header = part.Split(": ");
                request.Headers.Add(header[0], header[1].Replace('\'', '"'));
            }
        }

        return request;
    }
}
