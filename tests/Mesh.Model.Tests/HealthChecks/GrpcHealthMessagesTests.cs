using Mesh.Model.HealthChecks;

namespace Mesh.Model.Tests.HealthChecks;

public sealed class GrpcHealthMessagesTests
{
    [Theory]
    [InlineData("", "0000000000")]
    [InlineData("a.B", "00000000050A03612E42")]
    [InlineData("ä", "00000000040A02C3A4")]
    public void A_question_names_the_service(string service, string expected) =>
        Assert.Equal(expected, Convert.ToHexString(GrpcHealthMessages.Question(service)));

    [Theory]
    [InlineData(127, "00000000810A7F")]
    [InlineData(128, "00000000830A8001")]
    [InlineData(300, "000000012F0AAC02")]
    public void A_long_name_has_a_long_length(int length, string expected) =>
        Assert.Equal(expected + string.Concat(Enumerable.Repeat("61", length)), Convert.ToHexString(GrpcHealthMessages.Question(new string('a', length))));

    [Theory]
    [InlineData("00000000020801", null)]
    [InlineData("00000000020800", "UNKNOWN")]
    [InlineData("0000000000", "UNKNOWN")]
    [InlineData("00000000020802", "NOT_SERVING")]
    [InlineData("00000000020803", "SERVICE_UNKNOWN")]
    [InlineData("00000000020804", "not an answer of the health service")]
    [InlineData("01000000020801", "not an answer of the health service")]
    [InlineData("00000000021001", "not an answer of the health service")]
    [InlineData("000000000208", "not an answer of the health service")]
    [InlineData("", "not an answer of the health service")]
    public void An_answer_is_well_when_it_says_SERVING(string answer, string? problem) =>
        Assert.Equal(problem, GrpcHealthMessages.ProblemIn(Convert.FromHexString(answer)));
}
