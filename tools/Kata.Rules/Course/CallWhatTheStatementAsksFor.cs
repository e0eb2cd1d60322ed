using Kata.Rules.Foundation;
using Kata.Rules.Scope;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Kata.Rules.Course;

/// <summary>
/// Points at a written method that nowhere calls what the front matter asks it to (<c>"KATA015 Attention Einsum"</c>:
/// Attention must call Einsum), neither itself nor through the file's other methods.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CallWhatTheStatementAsksFor()
    : KataRule(RuleIds.CallWhatTheStatementAsksFor, RuleSeverity.Essential, RuleReach.WhereAsked)
{
    private protected override void Check(AnswerFile answer, KataScope scope, Report report)
    {
        foreach (var arguments in scope.ArgumentsOf(RuleIds.CallWhatTheStatementAsksFor).Where(arguments => arguments.Length > 1))
        {
            foreach (var member in answer.Members.Where(member => member.Method.Name == arguments[0] && !Throws(member.Body)))
            {
                var called = new HashSet<string>(answer.Reach(member.Body, _ => true).SelectMany(body => body.Calls()).Select(method => method.Name));
                foreach (var missing in arguments.Skip(1).Where(required => !called.Contains(required) && !HasUnresolvedCalls(member.Body)))
                {
                    report.At(member.Method.Locations[0], member.Method.Name, missing);
                }
            }
        }
    }

    /// <summary>A stub, or a method that is just being written.</summary>
    private static bool Throws(IOperation body) => body.Descendants().Any(operation =>
        operation is IThrowOperation { Exception: { } exception } && exception.Unwrapped().Type?.Name == nameof(NotImplementedException));

    private static bool HasUnresolvedCalls(IOperation body) => body.Descendants().Any(operation => operation is IInvalidOperation);
}
