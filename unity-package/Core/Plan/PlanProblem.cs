#nullable enable
namespace LoraBridge.Core.Plan
{
    /// <summary>Why a plan cannot be executed.</summary>
    public sealed class PlanProblem
    {
        /// <summary>Stable code, such as <c>input.plan.empty</c>.</summary>
        public string Code { get; }

        /// <summary>What is wrong.</summary>
        public string Message { get; }

        /// <summary>What to do about it.</summary>
        public string Hint { get; }

        internal PlanProblem(string code, string message, string hint)
        {
            Code = code;
            Message = message;
            Hint = hint;
        }

        /// <inheritdoc/>
        public override string ToString() => $"{Code}: {Message} {Hint}";
    }
}
