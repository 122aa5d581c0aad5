import { DomainError } from "../domain/errors.ts";

/** How many requests an instance works on at a time. */
export interface PlaceLimits {
  readonly inProgressMax: number;
  /** Of the whole, what one application may have. */
  readonly perApplicationMax: number;
  /** Of the whole, what integration clients leave free for those who manage. */
  readonly reservedForManagement: number;
}

/** Who may call a route: an application on a job's list, one with an app role, or anybody. */
export type Audience = "client" | "manager" | "anybody";

/** A request's place in the instance. */
export interface Place {
  /** Counts it for the application as well; throws `tooManyRequests` when that has all that it may have. */
  readonly take: (applicationId: string) => void;
  readonly leave: () => void;
}

/** What is for anybody costs little and has places of its own, so that nobody without a token takes those of others. */
const anybodyMax = 20;

/**
 * Gives a place to each request, or throws `tooManyRequests` and says whose limit it is. Decided in memory, before the
 * token, the body or storage is looked at: RIS repeats a 429 without a pause.
 */
export function openPlaces(limits: PlaceLimits): (audience: Audience) => Place {
  const { inProgressMax, reservedForManagement } = limits;
  const counted = createCount();
  const applications = new Map<string, ReturnType<typeof createCount>>();
  const anybody = createCount();

  const takeOfApplication = (applicationId: string): (() => void) => {
    const count = applications.get(applicationId) ?? createCount();
    const leave = count.enter(limits.perApplicationMax, () => ofApplication(limits.perApplicationMax));
    applications.set(applicationId, count);
    return () => {
      leave();
      if (count.size() === 0) applications.delete(applicationId);
    };
  };

  return (audience) => {
    if (audience === "anybody") return { take: () => undefined, leave: anybody.enter(anybodyMax, ofInstance) };
    const max = audience === "manager" ? inProgressMax : inProgressMax - reservedForManagement;
    const leaves = [counted.enter(max, ofInstance)];
    return {
      take: (applicationId) => void leaves.push(takeOfApplication(applicationId)),
      leave: () => leaves.splice(0).forEach((leave) => leave()),
    };
  };
}

function createCount() {
  let count = 0;
  return {
    size: () => count,
    enter(max: number, refusal: () => DomainError): () => void {
      if (count >= max) throw refusal();
      count += 1;
      return () => void (count -= 1);
    },
  };
}

function ofInstance(): DomainError {
  return new DomainError("tooManyRequests", "This instance is full. Repeat the request later.");
}

function ofApplication(max: number): DomainError {
  const message = `The application has ${max} requests in progress here, its limit. Let some end, then repeat this one.`;
  return new DomainError("tooManyRequests", message);
}
